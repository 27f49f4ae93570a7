"""Alert rules: what they compare, for how long, and what they say.

Made of two files: the pairs of windows (a rule for each SLO) and the alerts beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Literal, cast

from sre_console.incidents.severity import SEVERITIES, Severity
from sre_console.incidents.signals import SIGNALS, Unit
from sre_console.slo import budget, documents
from sre_console.slo.windows import WINDOWS, BurnRule

if TYPE_CHECKING:
    from sre_console.slo.objectives import Objective

Comparison = Literal["above", "below", "atMost"]
COMPARISONS: tuple[Comparison, ...] = ("above", "below", "atMost")
BURN_NAME = "ErrorBudgetBurn"  # the long window follows: ErrorBudgetBurn1h


@dataclass(frozen=True, slots=True)
class Burn:
    """Both windows must burn above the threshold."""

    long: str  # names in WINDOWS
    short: str
    threshold: float  # a burn rate
    unit: Unit = "burn"

    @property
    def window(self) -> str:
        return self.long


@dataclass(frozen=True, slots=True)
class Limit:
    """A signal against a number of the signal's unit."""

    signal: str  # a name in SIGNALS
    comparison: Comparison
    threshold: float
    window: str | None = None  # a name in WINDOWS

    @property
    def unit(self) -> Unit:
        return SIGNALS[self.signal].unit

    def exceeded(self, value: float | None) -> bool:
        """No data exceeds nothing."""
        if value is None:
            return False
        if self.comparison == "above":
            return budget.exceeds(value, self.threshold)
        if self.comparison == "below":
            return value < self.threshold
        return value <= self.threshold


@dataclass(frozen=True, slots=True)
class AlertRule:
    name: str
    slo: str | None
    severity: Severity
    service: str
    condition: Burn | Limit
    summary: str  # templates, see `said`
    description: str
    runbook: str  # a page in docs/runbooks, without its ending
    hold: timedelta = timedelta()  # `for`: how long before it fires, production time
    keep: timedelta = timedelta()  # `keepFiringFor`: how long it fires on
    opens_incident: bool = True  # else it is told, and nothing more

    @property
    def key(self) -> tuple[str, str]:
        """No two rules share it."""
        return self.name, self.slo or ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every rule, and what they have in common."""

    rules: tuple[AlertRule, ...]
    minimum_events: int
    quiet: timedelta  # production time without alerts, then an incident is over
    reopen: timedelta  # production time in which the same alert reopens it

    def rule(self, name: str, slo: str | None) -> AlertRule | None:
        return next((r for r in self.rules if r.key == (name, slo or "")), None)


def load(
    path: Path, objectives: Sequence[Objective], pairs: Sequence[BurnRule]
) -> Catalogue:
    """The rules of an AlertRules file; DocumentInvalid names the field that is wrong."""
    top = documents.read(path).fields("apiVersion", "kind", "metadata", "spec")
    top["apiVersion"].exactly("ironclad/v1")
    top["kind"].exactly("AlertRules")
    top["metadata"].fields("name")["name"].text()
    spec = top["spec"].fields("minimumEvents", "incidents", "burnRate", "rules")
    incidents = spec["incidents"].fields("quietPeriod", "reopenWithin")
    rules = [*_burns(spec["burnRate"], objectives, pairs)]
    for node in spec["rules"].items():
        rules += _limits(node, objectives)
    seen: set[tuple[str, str]] = set()
    for rule in rules:
        if rule.key in seen:
            spec["rules"].refuse(f"{rule.name} is there twice")
        seen.add(rule.key)
    return Catalogue(
        rules=tuple(rules),
        minimum_events=_whole(spec["minimumEvents"]),
        quiet=incidents["quietPeriod"].duration(),
        reopen=incidents["reopenWithin"].duration(),
    )


def _burns(
    node: documents.Node, objectives: Sequence[Objective], pairs: Sequence[BurnRule]
) -> list[AlertRule]:
    field = node.fields("service", "summary", "description", "runbook")
    known = {"value", "threshold", "slo", "long", "short"}
    summary, description = (_said(field[n], known) for n in ("summary", "description"))
    return [
        AlertRule(
            name=f"{BURN_NAME}{pair.long}",
            slo=objective.name,
            severity=cast("Severity", pair.severity),
            service=field["service"].text(),
            condition=Burn(pair.long, pair.short, pair.threshold(objective.window)),
            summary=summary,
            description=description,
            runbook=field["runbook"].text(),
        )
        for objective in objectives
        for pair in pairs
    ]


def _limits(node: documents.Node, objectives: Sequence[Objective]) -> list[AlertRule]:
    """One rule, or one for each SLO where its signal has a value for each."""
    field = node.fields(
        "name", "severity", "service", "signal", "summary", "description", "runbook",
        optional=("window", "for", "keepFiringFor", "opens", *COMPARISONS),
    )  # fmt: skip
    field["severity"].exactly(*SEVERITIES)
    field["signal"].exactly(*SIGNALS)
    signal = SIGNALS[field["signal"].text()]
    condition = _condition(node, field)
    known = {"value", "threshold"}
    if signal.windowed:
        known.add("window")
    if signal.per_slo:
        known.add("slo")
    if "opens" in field:
        field["opens"].exactly("incident", "notice")
    nothing = timedelta()
    slos: list[str | None] = [None]
    if signal.per_slo:
        slos = [objective.name for objective in objectives]
    return [
        AlertRule(
            name=field["name"].text(),
            slo=slo,
            severity=cast("Severity", field["severity"].text()),
            service=field["service"].text(),
            condition=condition,
            summary=_said(field["summary"], known),
            description=_said(field["description"], known),
            runbook=field["runbook"].text(),
            hold=field["for"].duration() if "for" in field else nothing,
            keep=field["keepFiringFor"].duration()
            if "keepFiringFor" in field
            else nothing,
            opens_incident="opens" not in field or field["opens"].text() == "incident",
        )
        for slo in slos
    ]


def _condition(node: documents.Node, field: dict[str, documents.Node]) -> Limit:
    name = field["signal"].text()
    asked = [comparison for comparison in COMPARISONS if comparison in field]
    if len(asked) != 1:
        node.refuse(f"needs one of {', '.join(COMPARISONS)}")
    if SIGNALS[name].windowed is not ("window" in field):
        has = "a window" if SIGNALS[name].windowed else "no window"
        node.refuse(f"{name} is measured over {has}")
    window = field["window"].text() if "window" in field else None
    if window is not None and window not in WINDOWS:
        field["window"].refuse(f"must be one of {', '.join(WINDOWS)}")
    return Limit(name, asked[0], field[asked[0]].number(), window)


def _said(node: documents.Node, known: set[str]) -> str:
    text = node.text()
    try:
        used = {
            name for _, name, spec, _ in Formatter().parse(text) if name is not None
        }
    except ValueError as error:
        node.refuse(f"is not a template: {error}")
    for name in sorted(used - known):
        node.refuse(f"{{{name}}} is not known here")
    return text


def _whole(node: documents.Node) -> int:
    value = node.number()
    if value < 1 or value != int(value):
        node.refuse("must be a whole number from 1 on")
    return int(value)
