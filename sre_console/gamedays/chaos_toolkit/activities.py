"""The activities of a Chaos Toolkit experiment, one after the other. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from sre_console.gamedays.chaos_toolkit.calls import Asked, Providers, Refused
from sre_console.gamedays.chaos_toolkit.values import Values
from sre_console.gamedays.scenarios.durations import MOST
from sre_console.gamedays.scenarios.fields import TITLE_LONGEST
from sre_console.gamedays.scenarios.tree import MOST_NODES, Node

_HYPOTHESIS = "steady-state-hypothesis"


@dataclass(frozen=True, slots=True)
class Activity:
    node: Node
    kind: Literal["action", "probe"]
    name: str
    asked: Asked
    before: float  # seconds of pause
    after: float
    tolerance: Node | None


class Activities:
    """Those of one section; a `ref` stands for the activity of that name."""

    def __init__(
        self, top: Mapping[str, Node], values: Values, providers: Providers
    ) -> None:
        self._top, self._values, self._providers = top, values, providers
        self._named: dict[str, Node] = {}
        self._repeated = 0  # values, by all refs
        self._sizes: dict[str, int] = {}
        for section in (_HYPOTHESIS, "method", "rollbacks"):
            for node in self._nodes(section):
                fields = node.value
                if isinstance(fields, Mapping) and "name" in fields:
                    self._named.setdefault(str(fields["name"].value), node)

    def of(self, section: str) -> Iterator[Activity]:
        """Those that cannot be taken are noted, and left out."""
        for node in self._nodes(section):
            with suppress(Refused):
                yield self._activity(node)

    def _nodes(self, section: str) -> tuple[Node, ...]:
        node = self._top.get(section)
        if node is not None and section == _HYPOTHESIS:
            fields = node.value
            node = fields.get("probes") if isinstance(fields, Mapping) else None
        return node.value if node is not None and isinstance(node.value, tuple) else ()

    def _activity(self, node: Node) -> Activity:
        fields = node.value
        if not isinstance(fields, Mapping):
            self._providers.refuse(node, "?", "must be a mapping")
        if "ref" in fields:
            name = str(fields["ref"].value)
            found = self._named.get(name)
            if found is None:
                self._providers.refuse(fields["ref"], name, "is not there")
            self._repeat(fields["ref"], name, found)
            node = found
            fields = found.value
            if not isinstance(fields, Mapping):
                self._providers.refuse(node, name, "must be a mapping")
        name = " ".join(str(fields["name"].value).split()) if "name" in fields else ""
        name = name[:TITLE_LONGEST]
        if not name:
            self._providers.refuse(node, "?", "must have a name")
        kind = str(fields["type"].value) if "type" in fields else ""
        if kind not in {"action", "probe"}:
            message = "must have a type: action or probe"
            self._providers.refuse(fields.get("type", node), name, message)
        if "controls" in fields and fields["controls"].value:
            message = "has controls, which run code: that is never done"
            self._providers.refuse(fields["controls"], name, message)
        if "background" in fields and fields["background"].value is True:
            said = "it is done in its turn, not in the background"
            self._providers.note(fields["background"], name, said)
        before, after = self._pauses(fields.get("pauses"), name)
        return Activity(
            node=node,
            kind="action" if kind == "action" else "probe",
            name=name,
            asked=self._providers.read(fields.get("provider", node), name),
            before=before,
            after=after,
            tolerance=fields.get("tolerance"),
        )

    def _repeat(self, node: Node, name: str, found: Node) -> None:
        """A large one that is named often must not come to more than a file may hold."""
        if name not in self._sizes:
            self._sizes[name] = found.count()
        before, self._repeated = self._repeated, self._repeated + self._sizes[name]
        if self._repeated <= MOST_NODES:
            return
        if before > MOST_NODES:  # told already
            raise Refused
        message = f"is repeated too often: it comes to more than {MOST_NODES:,} values"
        self._providers.refuse(node, name, message)

    def _pauses(self, node: Node | None, name: str) -> tuple[float, float]:
        pauses = [0.0, 0.0]
        if node is None:
            return 0.0, 0.0
        fields = node.value
        if not isinstance(fields, Mapping):
            self._providers.refuse(node, name, "must have pauses that are a mapping")
        for index, when in enumerate(("before", "after")):
            if when not in fields:
                continue
            given = self._values.of(fields[when])
            value = given.value
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not 0 <= value <= MOST:  # type: ignore[operator]
                message = f"must have a pause {when} it of seconds, 30 days at most"
                self._providers.refuse(given, name, message)
            pauses[index] = float(value)  # type: ignore[arg-type]
        return pauses[0], pauses[1]
