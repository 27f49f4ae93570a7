"""What the runner sees at one moment, and what a probe makes of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sre_console.gamedays.scenarios.probes import (
    AlertProbe,
    BreakerProbe,
    HttpProbe,
    Probe,
    SloProbe,
    StatusProbe,
)


@dataclass(frozen=True, slots=True)
class Counted:
    """Cumulative counts of events; only differences mean anything."""

    total: int = 0
    exercise: int = 0
    bad: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # all, exercise

    def since(self, earlier: Counted) -> Counted:
        return Counted(
            self.total - earlier.total,
            self.exercise - earlier.exercise,
            {
                slo: tuple(
                    a - b for a, b in zip(both, earlier.bad.get(slo, (0, 0)), strict=True)
                )  # type: ignore[misc]
                for slo, both in self.bad.items()
            },
        )  # fmt: skip

    def json(self) -> dict[str, object]:
        bad = {slo: list(both) for slo, both in self.bad.items()}
        return {"total": self.total, "exercise": self.exercise, "bad": bad}

    @classmethod
    def read(cls, stored: Mapping[str, object]) -> Counted:
        bad: Mapping[str, tuple[int, int]] = stored["bad"]  # type: ignore[assignment]
        return cls(
            stored["total"],  # type: ignore[arg-type]
            stored["exercise"],  # type: ignore[arg-type]
            {slo: (both[0], both[1]) for slo, both in bad.items()},
        )


@dataclass(frozen=True, slots=True)
class SloSeen:
    """One SLO as the console shows it."""

    remaining: float | None  # share of the budget
    status: str
    burns: Mapping[str, float | None]
    allowed: float  # bad events of a whole budget
    real_burns: Mapping[str, float | None] = field(default_factory=dict)  # no exercise


@dataclass(frozen=True, slots=True)
class Answered:
    """What an HTTP request to this service came to."""

    right: bool
    said: str  # "200 in 12 ms", "no answer within 5 s"


@dataclass(frozen=True, slots=True)
class Seen:
    at: float  # epoch seconds of database time
    counted: Counted
    slos: Mapping[str, SloSeen]
    alerts: Mapping[tuple[str, str | None], str]  # inactive, pending, firing
    breakers: Mapping[str, tuple[str, ...]]  # the state of each replica's
    http: Mapping[str, Answered] = field(default_factory=dict)  # by key
    newest: int | None = None  # the last epoch second that was counted


@dataclass(frozen=True, slots=True)
class Look:
    """`holds` is None where there is nothing to judge by (yet)."""

    holds: bool | None
    got: str
    value: float | None = None


NOTHING = Look(None, "")


def look(probe: Probe, seen: Seen, *, key: str, run: Counted, step: Counted) -> Look:
    """What the probe says now; `run` and `step` are the counts as those began."""
    match probe:
        case AlertProbe():
            return _alert(probe, seen)
        case SloProbe():
            return _slo(probe, seen, run if probe.since == "run" else step)
        case StatusProbe():
            slo = seen.slos.get(probe.slo)
            shown = "" if slo is None else slo.status.replace("_", " ")
            return Look(None if slo is None else slo.status in probe.statuses, shown)
        case BreakerProbe():
            return _breaker(probe, seen.breakers.get(probe.breaker, ()))
        case HttpProbe():
            answered = seen.http.get(key)
            return Look(answered.right, answered.said) if answered else NOTHING


def _breaker(probe: BreakerProbe, states: tuple[str, ...]) -> Look:
    if not states:
        return NOTHING
    shown = ", ".join(dict.fromkeys(states)).replace("_", " ")
    return Look(all(state == probe.state for state in states), shown)


def _alert(probe: AlertProbe, seen: Seen) -> Look:
    states = [
        state
        for (name, slo), state in seen.alerts.items()
        if name == probe.alert and probe.slo in {None, slo}
    ]
    firing, pending = "firing" in states, "pending" in states
    shown = "firing" if firing else "pending" if pending else "quiet"
    if probe.state == "quiet":
        return Look(not firing, shown)  # pending tells nobody
    return Look(firing if probe.state == "firing" else pending, shown)


def _slo(probe: SloProbe, seen: Seen, since: Counted) -> Look:
    slo = seen.slos.get(probe.slo)
    if slo is None:
        return NOTHING
    value = _measured(probe, slo, seen.counted.since(since))
    if value is None:
        return NOTHING
    shown = shown_as(probe.measure, value)
    if probe.comparison == "near":
        room = abs(probe.value) * probe.tolerance
        return Look(abs(value - probe.value) <= room + 1e-12, shown, value)
    above = value > probe.value
    # like an alert: what is exactly at the mark is not above it
    return Look(above if probe.comparison == "above" else not above, shown, value)


def _measured(probe: SloProbe, slo: SloSeen, counted: Counted) -> float | None:
    bad = counted.bad.get(probe.slo, (0, 0))[0]
    if probe.measure == "burn":
        return slo.burns.get(probe.window or "5m")
    if probe.measure == "budgetRemaining":
        return slo.remaining
    if probe.measure == "badEvents":
        return float(bad)
    if probe.measure == "budgetSpent":
        return bad / slo.allowed if slo.allowed > 0 else None
    return bad / counted.total if counted.total > 0 else None


def shown_as(measure: str, value: float) -> str:
    """A figure with its unit."""
    if measure == "burn":
        return f"{value:.1f}\N{MULTIPLICATION SIGN}"
    if measure == "badEvents":
        return f"{value:,.0f}"
    digits = 2 if abs(value) < 1 else 1
    return f"{value * 100:.{digits}f} %"
