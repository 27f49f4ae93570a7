"""Reading the HTTP provider of a Chaos Toolkit activity: a request to this service. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlencode

from sre_console.gamedays.chaos_toolkit.address import Addresses
from sre_console.gamedays.chaos_toolkit.values import Values
from sre_console.gamedays.scenarios.call_reading import TIMEOUTS
from sre_console.gamedays.scenarios.problems import Problem
from sre_console.gamedays.scenarios.tree import Node, child

# What an action may be answered that does not say: the toolkit asks for nothing.
DONE = (200, 201, 202, 204)
_DROPPED = {"authorization", "cookie", "proxy-authorization"}
_IGNORED = ("verify_tls", "max_retries", "auth", "secrets", "cert")


class Refused(Exception):  # noqa: N818 - what is wrong was noted already
    """The activity cannot be taken."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; its parts stand where the experiment has them."""

    path: Node
    method: str
    rest: Mapping[str, Node]  # headers, timeout, as a scenario calls them
    body: Node | None
    expected: Node | None  # the status

    @property
    def address(self) -> str:
        """Without query and a slash at its end."""
        return str(self.path.value).partition("?")[0].rstrip("/") or "/"


class Providers:
    """Reads providers, and notes what of them is not kept."""

    def __init__(
        self,
        values: Values,
        addresses: Addresses,
        problems: list[Problem],
        notes: list[str],
    ) -> None:
        self._values, self._addresses = values, addresses
        self._problems, self.notes = problems, notes

    def read(self, node: Node, activity: str) -> Asked:
        """Raises Refused."""
        fields = node.value
        if not isinstance(fields, Mapping):
            self.refuse(node, activity, "must have a provider: a mapping")
        kind = fields.get("type", Node("python", node.place)).plain()
        if kind != "http":
            what = {"python": "calls Python code", "process": "starts a program"}
            self.refuse(
                fields.get("type", node),
                activity,
                f"{what.get(str(kind), f'has the provider {kind!r}')}, which is never "
                "done here: only HTTP requests to this service are taken",
            )
        if "url" not in fields:
            self.refuse(node, activity, "must have a url")
        before = len(self._problems)
        url = self._values.of(fields["url"])
        if len(self._problems) > before:
            raise Refused
        path = self._addresses.path(str(url.value))
        if path is None:
            message = f"asks {url.value}, which is not this service"
            self.refuse(url, activity, message)
        method = str(fields.get("method", Node("GET")).value).upper()
        body = self._values.of(fields["arguments"]) if "arguments" in fields else None
        if body is not None and method in {"GET", "HEAD"}:
            path, body = self._query(path, body, activity), None
        for name in _IGNORED:
            if name in fields:
                self.note(fields[name], activity, f"{name} is not kept")
        return Asked(
            Node(path, url.place, url.path),
            method,
            {
                name: part
                for name, part in (
                    ("headers", self._headers(fields.get("headers"))),
                    ("timeout", self._timeout(fields.get("timeout"))),
                )
                if part is not None
            },
            body,
            self._values.of(fields["expected_status"])
            if "expected_status" in fields
            else None,
        )

    def refuse(self, node: Node, activity: str, message: str) -> NoReturn:
        said = f"activity {activity!r} {message}"
        self._problems.append(Problem(*node.place, node.path, said))
        raise Refused

    def note(self, node: Node, activity: str, message: str) -> None:
        self.notes.append(f"line {node.place[0]}: {activity}: {message}")

    def _query(self, path: str, arguments: Node, activity: str) -> str:
        plain = arguments.plain()
        if not isinstance(plain, dict):
            self.refuse(arguments, activity, "must have arguments that are a mapping")
        if not plain:
            return path
        return f"{path}{'&' if '?' in path else '?'}{urlencode(plain, doseq=True)}"

    def _headers(self, node: Node | None) -> Node | None:
        if node is None or not isinstance(node.value, Mapping):
            return node
        kept: dict[str, Node] = {}
        for name, value in node.value.items():
            if name.lower() in _DROPPED:
                said = f"{name} is not kept anywhere: a run sends no credentials"
                if said not in self.notes:
                    self.notes.append(said)
            elif name.lower() != "content-type":  # bodies are JSON
                kept[name] = self._values.of(value)
        return Node(kept, node.place, node.path, node.keys) if kept else None

    def _timeout(self, node: Node | None) -> Node | None:
        """Seconds, or those to connect and those to answer."""
        if node is None:
            return None
        value = self._values.of(node).plain()
        every = value if isinstance(value, list) else [value]
        if not all(isinstance(each, int | float) for each in every):
            return node
        seconds = min(max(float(sum(every)), TIMEOUTS[0]), TIMEOUTS[1])
        return Node(seconds, node.place, node.path)


def call_node(asked: Asked, *, status: Node | None, timeout: str, **more: Node) -> Node:
    """The request as a scenario has it, to be read like one."""
    place, path = asked.path.place, asked.path.path
    fields: dict[str, Node] = {"path": asked.path, "method": Node(asked.method, place)}
    if "headers" in asked.rest:
        fields["headers"] = asked.rest["headers"]
    if "timeout" in asked.rest:
        fields[timeout] = asked.rest["timeout"]
    if status is not None:
        fields["status"] = status
    fields.update(more)
    named = {
        name: node if node.path else Node(node.value, node.place, child(path, name))
        for name, node in fields.items()
    }
    return Node(named, place, path, {name: node.place for name, node in named.items()})


def statuses_node(statuses: tuple[object, ...], at: Node) -> Node:
    items = tuple(Node(each, at.place, at.path) for each in statuses)  # type: ignore[arg-type]
    return Node(items, at.place, at.path)
