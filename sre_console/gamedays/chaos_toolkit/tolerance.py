"""Reading what a Chaos Toolkit probe tolerates of an HTTP answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from sre_console.gamedays.chaos_toolkit.calls import (
    DONE,
    Asked,
    Providers,
    Refused,
    call_node,
    statuses_node,
)
from sre_console.gamedays.chaos_toolkit.probes import rest_read
from sre_console.gamedays.chaos_toolkit.values import Values
from sre_console.gamedays.scenarios.call_reading import MOST_STATUSES, probe_call_read
from sre_console.gamedays.scenarios.probes import HttpProbe, Probe
from sre_console.gamedays.scenarios.problems import Problem
from sre_console.gamedays.scenarios.tree import Node

_RANGE = 2  # both ends


class Tolerances:
    def __init__(
        self, providers: Providers, values: Values, problems: list[Problem]
    ) -> None:
        self._providers, self._values, self._problems = providers, values, problems

    def probe(self, asked: Asked, tolerance: Node | None, name: str) -> Probe:
        """Raises Refused."""
        if asked.method not in {"GET", "HEAD"} or asked.body is not None:
            self._providers.refuse(
                asked.path, name, f"looks by {asked.method}: a probe may only GET"
            )
        status, body = asked.expected, None
        if status is not None:
            status = statuses_node((status.value,), status)
        if tolerance is not None:
            tolerance = self._values.of(tolerance)
            if (rest := self._rest(asked, tolerance)) is not None:
                return rest
            status, body = self._read(tolerance, name, status)
        more = {} if body is None else {"body": body}
        node = call_node(asked, status=status, timeout="within", **more)
        before = len(self._problems)
        call = probe_call_read(node, self._problems)
        if call is None or len(self._problems) > before:
            raise Refused
        return HttpProbe(call)

    def _rest(self, asked: Asked, node: Node) -> Probe | None:
        """An alert or SLO that is asked for as we write it ourselves."""
        fields = node.value
        if not isinstance(fields, Mapping) or "path" not in fields:
            return None
        count = fields["count"].plain() if "count" in fields else None
        path = str(fields["path"].value)
        return rest_read(asked.address, path, count, expects="expect" in fields)

    def _read(
        self, node: Node, name: str, status: Node | None
    ) -> tuple[Node | None, Node | None]:
        """The statuses that are right, and what has to be in the body."""
        value = node.value
        if value is None or value is False or isinstance(value, float):
            self._refuse(node, name, "has a tolerance that no answer can be")
        if value is True:
            return statuses_node(DONE, node), None
        if isinstance(value, int):
            return statuses_node((value,), node), None
        if isinstance(value, tuple):
            return statuses_node(tuple(item.value for item in value), node), None
        if isinstance(value, str):
            self._providers.note(node, name, "the answer has to contain the text")
            return status, _mapping(node, contains=node)
        return self._typed(value, node, name, status)

    def _typed(
        self, fields: Mapping[str, Node], node: Node, name: str, status: Node | None
    ) -> tuple[Node | None, Node | None]:
        kind = str(fields["type"].value) if "type" in fields else ""
        target = str(fields["target"].value) if "target" in fields else None
        of_body = target in {None, "body"}
        if kind == "range" and target == "status":
            return self._range(fields.get("range", node), name), None
        if kind == "regex" and of_body and "pattern" in fields:
            return status, _mapping(node, regex=fields["pattern"])
        if kind != "jsonpath" or not of_body or "path" not in fields:
            probe = "has a tolerance that is a probe, and runs code"
            other = (
                "has a tolerance that cannot be judged here: it must be a status, a "
                "range of statuses, or a regex or jsonpath of the body"
            )
            self._refuse(node, name, probe if kind == "probe" else other)
        return self._json_path(fields, name, status, whole=target is None)

    def _range(self, node: Node, name: str) -> Node:
        ends = [int(v) for v in _numbers(node)]
        if len(ends) != _RANGE or not 0 <= ends[1] - ends[0] < MOST_STATUSES:
            message = f"must have a range of at most {MOST_STATUSES} statuses"
            self._refuse(node, name, message)
        return statuses_node(tuple(range(ends[0], ends[1] + 1)), node)

    def _json_path(
        self,
        fields: Mapping[str, Node],
        name: str,
        status: Node | None,
        *,
        whole: bool,
    ) -> tuple[Node | None, Node | None]:
        """`whole`: the path begins at the answer, which has a status and a body."""
        path = fields["path"]
        text = str(path.value)
        if "count" in fields:
            self._refuse(fields["count"], name, "counts, which cannot be judged here")
        expected = fields.get("expect")
        values: tuple[Node, ...] = ()
        if expected is not None:
            many = expected.value if isinstance(expected.value, tuple) else (expected,)
            values = many
        if len(values) > 1:
            self._providers.note(path, name, "one of the values expected is enough")
        if whole and text == "$.status" and values:
            return statuses_node(tuple(each.value for each in values), path), None
        if whole and text.startswith("$.body"):
            text = "$" + text.removeprefix("$.body")
        shown = Node(text, path.place, path.path)
        if not values:
            return status, _mapping(path, jsonpath=shown)
        if len(values) == 1:
            return status, _mapping(path, jsonpath=shown, **{"is": values[0]})
        many_node = Node(values, path.place, path.path)
        return status, _mapping(path, jsonpath=shown, **{"in": many_node})

    def _refuse(self, node: Node, name: str, message: str) -> NoReturn:
        self._providers.refuse(node, name, message)


def _numbers(node: Node) -> list[float]:
    plain = node.plain()
    every = plain if isinstance(plain, list) else []
    return [v for v in every if isinstance(v, int | float) and not isinstance(v, bool)]


def _mapping(at: Node, **fields: Node) -> Node:
    return Node(fields, at.place, at.path, dict.fromkeys(fields, at.place))
