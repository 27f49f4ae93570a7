"""Which faults a request to /api/chaos puts in force. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sre_console.chaos.plan import FaultSpec, number_in_path
from sre_console.gamedays.chaos_toolkit.calls import Asked, Providers, Refused
from sre_console.gamedays.scenarios.fault_reading import fault_read
from sre_console.gamedays.scenarios.problems import Problem
from sre_console.gamedays.scenarios.tree import Node

CHAOS = "/api/chaos"
# What a request may say of a plan that a step says in its own way.
_LEASE = {"ttlSeconds", "reason", "enabled"}


def is_fault(asked: Asked) -> bool:
    inside = asked.address == CHAOS or asked.address.startswith(f"{CHAOS}/")
    return inside and asked.method == "POST"


class Faults:
    """Keeps what is in force, for some requests change a part of it alone."""

    def __init__(self, providers: Providers, problems: list[Problem]) -> None:
        self._providers, self._problems = providers, problems
        self.now = FaultSpec()

    def put(self, asked: Asked, name: str) -> FaultSpec:
        """The whole plan after the request. Raises Refused."""
        match asked.address.removeprefix(CHAOS).strip("/").split("/"):
            case [""]:
                self.now = self._plan(asked, name)
            case ["disable"]:
                self.now = FaultSpec()
            case ["enable"] | ["extend"]:
                said = "what is in force stays so: a step lasts as long as it says"
                self._providers.note(asked.path, name, said)
            case ["errors", *rate]:
                value = self._value(asked, rate, "rate", name)
                part = self._read({"errorRate": value}, asked.path)
                self.now = replace(self.now, error_rate=part.error_rate)
            case ["latency", *ms]:
                value = self._value(asked, ms, "ms", name)
                part = self._read({"latencyMs": value}, asked.path)
                jitter = self.now.jitter_ms if part.latency_ms else 0
                self.now = replace(
                    self.now, latency_ms=part.latency_ms, jitter_ms=jitter
                )
            case _:
                message = f"asks {asked.path.value}, which is no address of the faults"
                self._providers.refuse(asked.path, name, message)
        return self.now

    def _plan(self, asked: Asked, name: str) -> FaultSpec:
        body = asked.body
        if body is None or not isinstance(body.value, Mapping):
            self._providers.refuse(asked.path, name, "must have arguments: the plan")
        fields = dict(body.value)
        if "ttlSeconds" in fields:
            said = "ttlSeconds is not kept: the faults last until a step changes them"
            self._providers.note(fields["ttlSeconds"], name, said)
        enabled = fields["enabled"].value if "enabled" in fields else True
        plan = {key: node for key, node in fields.items() if key not in _LEASE}
        spec = self._read(plan, body)
        return spec if enabled is not False else FaultSpec()

    def _value(self, asked: Asked, given: list[str], key: str, name: str) -> Node:
        if len(given) == 1:
            value = number_in_path(given[0])
            if isinstance(value, float) and value.is_integer():
                value = int(value)
            return Node(value, asked.path.place, asked.path.path)  # type: ignore[arg-type]
        body = asked.body.value if asked.body is not None else None
        if given or not isinstance(body, Mapping) or key not in body:
            self._providers.refuse(
                asked.path, name, f"must have {key} among its arguments"
            )
        return body[key]

    def _read(self, fields: Mapping[str, Node], at: Node) -> FaultSpec:
        keys = {key: node.place for key, node in fields.items()}
        before = len(self._problems)
        spec = fault_read(Node(fields, at.place, at.path, keys), self._problems)
        if spec is None or len(self._problems) > before:
            raise Refused
        return spec
