"""Reading what a scenario looks at. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast, get_args

from sre_console.gamedays.scenarios.call_reading import probe_call_read
from sre_console.gamedays.scenarios.fields import Fields, one_of
from sre_console.gamedays.scenarios.known import Known
from sre_console.gamedays.scenarios.probes import (
    COUNTED,
    MEASURES,
    AlertProbe,
    AlertState,
    BreakerProbe,
    BreakerState,
    Comparison,
    HttpProbe,
    Measure,
    Probe,
    Since,
    SloProbe,
    StatusProbe,
)
from sre_console.gamedays.scenarios.problems import Problem
from sre_console.gamedays.scenarios.tree import Node
from sre_console.slo.budget import Status
from sre_console.slo.windows import WINDOWS

KINDS = ("alert", "slo", "breaker", "http")
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)
STATUSES: tuple[str, ...] = get_args(Status)
MOST_NUMBER = 1e12
# What each measure may be compared with.
_BOUNDS: Mapping[Measure, tuple[float, float]] = {
    "burn": (0, MOST_NUMBER),
    "budgetRemaining": (-MOST_NUMBER, 1),  # overspent is below 0
    "budgetSpent": (0, MOST_NUMBER),
    "badEvents": (0, MOST_NUMBER),
    "badRatio": (0, 1),
}


class Probes:
    """Reads probes, and names in them against what there is."""

    def __init__(self, problems: list[Problem], known: Known | None) -> None:
        self.problems, self.known = problems, known

    def read(self, node: Node, *, stepless: bool = False) -> Probe | None:
        """None where something is wrong; `stepless`: there is no step to count from."""
        if not isinstance(node.value, Mapping):
            self._wrong(node, f"must be a probe: a mapping with {', '.join(KINDS)}")
            return None
        given = [kind for kind in KINDS if kind in node.value]
        # an alert is of an SLO, perhaps
        kind = given[0] if given and given in ([given[0]], ["alert", "slo"]) else None
        readers = {
            "alert": self._alert,
            "slo": self._slo if "measure" in node.value else self._status,
            "breaker": self._breaker,
            "http": self._http,
        }
        if kind is None:
            self._wrong(node, f"must have exactly one of {', '.join(KINDS)}")
            return None
        if kind == "slo" and not {"measure", "status"} & set(node.value):
            self._wrong(node, "must have a measure or a status")
            return None
        probe = readers[kind](node)
        if stepless and isinstance(probe, SloProbe) and probe.since == "step":
            self._wrong(node, "must be since: run, for there is no step here")
        return probe

    def _http(self, node: Node) -> HttpProbe | None:
        call = self._fields(node, "http").get("http")
        read = None if call is None else probe_call_read(call, self.problems)
        return None if read is None else HttpProbe(read)

    def alert(self, fields: Fields) -> tuple[str | None, str | None]:
        """An alert's name, and its SLO where one is named."""
        name, slo = fields.text("alert"), fields.text("slo")
        known = self.known
        if known is None or name is None:
            return name, slo
        if name not in known.alert_names:
            fields.refuse("alert", one_of(known.alert_names, name))
        elif slo is not None and slo not in known.slos_of(name):
            of = known.slos_of(name)
            fields.refuse("slo", one_of(of, slo) if of else f"{name} is of no SLO")
        return name, slo

    def _alert(self, node: Node) -> AlertProbe | None:
        fields = self._fields(node, "alert", "is", optional=("slo",))
        name, slo = self.alert(fields)
        state = fields.choice("is", get_args(AlertState))
        if name is None or state is None:
            return None
        return AlertProbe(name, cast("AlertState", state), slo)

    def _slo(self, node: Node) -> SloProbe | None:
        fields = self._fields(
            node, "slo", "measure",
            optional=("window", "tolerance", "since", *COMPARISONS),
        )  # fmt: skip
        slo = self._slo_name(fields)
        measure = cast("Measure | None", fields.choice("measure", MEASURES))
        given = [each for each in COMPARISONS if each in fields]
        if len(given) != 1:
            self._wrong(node, f"must have exactly one of {', '.join(COMPARISONS)}")
        least, most = _BOUNDS[measure] if measure else (-MOST_NUMBER, MOST_NUMBER)
        values = [fields.number(each, least=least, most=most) for each in given]
        window = fields.choice("window", WINDOWS)
        tolerance = fields.number("tolerance", least=0, most=1, beyond=True)
        since = fields.choice("since", get_args(Since))
        if measure is not None:
            self._fits(fields, measure)
        if given == ["near"]:
            if values == [0]:
                fields.refuse("near", "must not be 0, of which there is no share")
            if "tolerance" not in fields:
                self._wrong(node, "must have a tolerance beside near: a share of it")
        else:
            fields.refuse("tolerance", "goes with near only")
        if slo is None or measure is None or len(values) != 1 or values[0] is None:
            return None
        return SloProbe(
            slo, measure, given[0], values[0], window, tolerance or 0.0,
            cast("Since", since or "run"),
        )  # fmt: skip

    def _fits(self, fields: Fields, measure: Measure) -> None:
        """What goes with a burn rate, and with what is counted, alone."""
        if measure == "burn" and "window" not in fields:
            self._wrong(fields.node, f"must have a window: {one_of(WINDOWS)[8:]}")
        if measure != "burn":
            fields.refuse("window", "goes with burn only")
        if measure not in COUNTED:
            fields.refuse("since", f"goes with {', '.join(COUNTED)} only")

    def _status(self, node: Node) -> StatusProbe | None:
        fields = self._fields(node, "slo", "status")
        slo = self._slo_name(fields)
        items = fields.items("status", most=len(STATUSES), least=1)
        statuses = [fields.choice_of(item, STATUSES) for item in items]
        if len(set(statuses)) < len(statuses):
            fields.refuse("status", "must not name one twice")
        if slo is None or not statuses:
            return None
        return StatusProbe(slo, tuple(each for each in statuses if each))

    def _breaker(self, node: Node) -> BreakerProbe | None:
        fields = self._fields(node, "breaker", "is")
        name = fields.text("breaker")
        if self.known is not None and name is not None:
            name = fields.choice("breaker", self.known.breakers)
        state = fields.choice("is", get_args(BreakerState))
        if name is None or state is None:
            return None
        return BreakerProbe(name, cast("BreakerState", state))

    def _slo_name(self, fields: Fields) -> str | None:
        name = fields.text("slo")
        if self.known is None or name is None:
            return name
        return fields.choice("slo", self.known.slos)

    def _fields(
        self, node: Node, *required: str, optional: tuple[str, ...] = ()
    ) -> Fields:
        return Fields(node, self.problems, required=required, optional=optional)

    def _wrong(self, node: Node, message: str) -> None:
        self.problems.append(Problem(*node.place, node.path, message))
