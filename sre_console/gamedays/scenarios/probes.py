"""What can be looked at during a game day: the kinds of probes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

AlertState = Literal["firing", "quiet", "pending"]
BreakerState = Literal["closed", "open", "half_open"]
Measure = Literal["burn", "budgetRemaining", "budgetSpent", "badEvents", "badRatio"]
Comparison = Literal["above", "below", "near"]
Since = Literal["run", "step"]

MEASURES: tuple[Measure, ...] = (
    "burn", "budgetRemaining", "budgetSpent", "badEvents", "badRatio",
)  # fmt: skip
# Those that count from a moment of the run; the others are of this moment.
COUNTED: tuple[Measure, ...] = ("budgetSpent", "badEvents", "badRatio")


@dataclass(frozen=True, slots=True)
class AlertProbe:
    """Where an alert stands; without an SLO it is any of them."""

    alert: str
    state: AlertState
    slo: str | None = None


@dataclass(frozen=True, slots=True)
class SloProbe:
    """A figure of an SLO against a number."""

    slo: str
    measure: Measure
    comparison: Comparison
    value: float  # a ratio, a burn rate, or a number of events
    window: str | None = None  # of a burn rate
    tolerance: float = 0.0  # of near: a share of the value
    since: Since = "run"  # of what is counted


@dataclass(frozen=True, slots=True)
class StatusProbe:
    slo: str
    statuses: tuple[str, ...]  # sre_console.slo.budget.Status


@dataclass(frozen=True, slots=True)
class BreakerProbe:
    """Every replica's breaker of that name."""

    breaker: str
    state: BreakerState


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What must be in an answer's body."""

    kind: Literal["contains", "regex", "jsonpath"]
    pattern: str
    # of a JSON path: what it must find, one of these; empty: anything at all
    expected: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class HttpCall:
    """A request to this service; `path` begins with / and may have a query."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] | None = None
    body: object = None  # JSON; text is sent as it is
    statuses: tuple[int, ...] = (200,)  # those that are right
    timeout: float = 5.0  # wall seconds
    tolerance: Tolerance | None = None


@dataclass(frozen=True, slots=True)
class HttpProbe:
    call: HttpCall


Probe = AlertProbe | SloProbe | StatusProbe | BreakerProbe | HttpProbe
