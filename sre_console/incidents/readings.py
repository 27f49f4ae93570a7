"""What each rule measures now, and on how much."""

from __future__ import annotations

from dataclasses import dataclass

from sre_console.incidents.operations import Operations
from sre_console.incidents.recovery_signals import (
    RECOVERY,
    SETTLED,
    RecoverySignal,
)
from sre_console.incidents.rules import AlertRule, Burn, Catalogue, Limit
from sre_console.incidents.signals import SIGNALS, usual_events
from sre_console.slo import budget
from sre_console.slo.counters import Counters
from sre_console.slo.histogram import quantile
from sre_console.slo.standings import Standings
from sre_console.slo.windows import WINDOWS, wall


@dataclass(frozen=True, slots=True)
class Reading:
    """One rule's signal at one moment."""

    value: float | None  # in the signal's unit; None: no data
    exceeded: bool
    short: float | None = None  # the burn rate over the short window
    # Of a rule that judges a window: what is in it, in events and wall seconds.
    events: int | None = None
    covered: int | None = None  # seconds that hold data
    window: int | None = None  # seconds it is long
    enough: bool = True  # events to judge by; else nothing is exceeded
    # When what it fires for began, in wall seconds before now: an estimate from arithmetic.
    ago: float = 0.0
    # The share of the bad events that a fault was injected into; None: nothing tells.
    exercise: float | None = None


@dataclass(frozen=True, slots=True)
class Readings:
    """All of one moment."""

    found: Standings
    around: Operations
    catalogue: Catalogue
    scale: float

    def of(self, rule: AlertRule) -> Reading:
        if isinstance(rule.condition, Burn):
            return self._burn(rule, rule.condition)
        return self._limit(rule, rule.condition)

    def _burn(self, rule: AlertRule, condition: Burn) -> Reading:
        standing = self.found.of(rule.slo or "")
        counts = self.found.windows[condition.long]
        long, short = (standing.burns[w] for w in (condition.long, condition.short))
        enough = counts.total >= self.catalogue.minimum_events
        fires = enough and budget.rule_fires(long, short, condition.threshold)
        span = wall(WINDOWS[condition.long], self.scale)
        ago = None
        if fires and short is not None:
            # as for a step fault: the short window tells how fast it burns since it began
            ago = budget.fires_after(short, condition.threshold, span)
        bad, drilled = counts.bad.get(rule.slo or "", (0, 0))
        return Reading(
            value=long,
            exceeded=fires,
            short=short,
            events=counts.total,
            covered=counts.covered,
            window=span,
            enough=enough,
            ago=ago or 0.0,
            exercise=drilled / bad if bad > 0 else None,
        )

    def _limit(self, rule: AlertRule, condition: Limit) -> Reading:
        if condition.window is not None:
            return self._windowed(condition, condition.window)
        if SIGNALS[condition.signal].per_slo:
            standing = self.found.of(rule.slo or "")
            value = standing.all_events.remaining_ratio
            bad, drilled = standing.counts.bad.get(rule.slo or "", (0, 0))
            share = drilled / bad if bad > 0 else None
            return Reading(value, condition.exceeded(value), exercise=share)
        if condition.signal in RECOVERY:
            return self._recovery(condition, RECOVERY[condition.signal])
        seconds = self.around.of(condition.signal)
        exercise = 1.0 if self.around.fault > 0 else 0.0
        return Reading(
            seconds,
            condition.exceeded(seconds),
            ago=seconds or 0.0,
            exercise=exercise if condition.signal in _BY_FAULTS else 0.0,
        )

    def _recovery(self, condition: Limit, signal: RecoverySignal) -> Reading:
        value = self.around.of(condition.signal)
        settled = not signal.settles or self.around.running > SETTLED
        ago = 0.0
        if signal.unit == "seconds" and value is not None:
            ago = value if signal.lasts else max(0.0, value - condition.threshold)
        exceeded = settled and condition.exceeded(value)
        return Reading(value, exceeded, ago=ago, exercise=0.0)

    def _windowed(self, condition: Limit, window: str) -> Reading:
        counts = self.found.windows[window]
        least = self.catalogue.minimum_events
        value = _MEASURES[condition.signal](counts)
        if condition.signal == "requests":
            usual = usual_events(WINDOWS[window], least)
            enough = self.found.windows["1h"].total >= usual
        else:
            enough = counts.total >= least
        bad = [sum(each) for each in zip(*counts.bad.values(), strict=True)] or [0, 0]
        return Reading(
            value=value,
            exceeded=enough and condition.exceeded(value),
            events=counts.total,
            covered=counts.covered,
            window=wall(WINDOWS[window], self.scale),
            enough=enough,
            exercise=bad[1] / bad[0] if bad[0] > 0 else None,
        )


# Signals that only a fault, or what it leads to, explains while one is in force.
_BY_FAULTS = frozenset({"breakerOpenSeconds", "faultSeconds"})


def _quantile95(counts: Counters) -> float | None:
    return quantile(counts.histogram, 0.95)


def _requests(counts: Counters) -> float | None:
    return float(counts.total)


def _error_ratio(counts: Counters) -> float | None:
    return counts.failed / counts.total if counts.total > 0 else None


_MEASURES = {
    "errorRatio": _error_ratio,
    "latencyP95": _quantile95,
    "requests": _requests,
}
assert set(_MEASURES) == {n for n, s in SIGNALS.items() if s.windowed}  # noqa: S101 - a table that is whole
