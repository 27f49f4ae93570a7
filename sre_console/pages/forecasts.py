"""What a fault would cost, before it is applied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from ironclad.edge.admission import UNBOUNDED
from ironclad.resilience.process import patterns
from sre_console.chaos.asked import TTL_DEFAULT
from sre_console.chaos.selectors import replicas_alive
from sre_console.incidents.catalogue import catalogue
from sre_console.incidents.rules import AlertRule, Burn
from sre_console.slo import budget, capacity, lookup
from sre_console.slo.counters import Counters
from sre_console.slo.objectives import Objective, burn_rules, objectives
from sre_console.slo.selectors import slo_standings
from sre_console.slo.windows import WINDOWS

# What a request takes without a fault, in seconds: an added delay comes on top of it.
TYPICAL = 0.02
_SLOW = 0.5  # of a retry's wait: the jitter may halve it
_ABOVE_P95 = 0.05  # the share of requests above the 95th percentile
_RECENT = 10  # seconds that the traffic is looked at


@dataclass(frozen=True, slots=True)
class Dependency:
    """What a fault of the database does behind the patterns that are in force."""

    visible: float = 0.0  # share of requests that fail all the same
    load: float = 1.0  # calls for each request
    retried: float = 0.0  # share of requests that wait for a retry
    latency: float = 0.0  # seconds, of every call
    refused: float = 0.0  # share of requests that find no place
    breaker_opens: bool = False


def dependency(error_rate: float, latency: float, arrivals: float = 0) -> Dependency:
    """Foretell a fault of the dependency by the formulas for retries, breaker and bulkhead.

    Retries stop at their budget. Evenly paced failures come `failures` in a row from a
    rate of 1 - 1 / failures on; then the breaker opens, and nearly everything is refused.
    `arrivals` are requests a second and replica; each holds its place for the delay.
    """
    slots = settings.ADMISSION_LIMIT if patterns.on("bulkhead") else UNBOUNDED
    refused = capacity.refused_evenly(arrivals * (TYPICAL + latency), slots)
    opens = patterns.on("breaker") and settings.BREAKER_RATIO == 0
    if opens and error_rate > 1 - 1 / settings.BREAKER_FAILURES:
        return Dependency(visible=1.0, load=0.0, latency=latency, breaker_opens=True)
    extra = settings.RETRY_ATTEMPTS - 1 if patterns.on("retry") else 0
    wanted = capacity.retry_load(error_rate, extra) - 1  # retries for each request
    granted = min(1.0, settings.RETRY_BUDGET / wanted) if wanted > 0 else 0.0
    hidden = capacity.visible_error_ratio(error_rate, extra)
    return Dependency(
        visible=granted * hidden + (1 - granted) * error_rate,
        load=1 + granted * wanted,
        retried=granted * error_rate,
        latency=latency,
        refused=refused,
    )


def arrivals() -> float:
    """Requests a second that each replica gets now."""
    newest = lookup.newest()
    if newest is None:
        return 0.0
    before = lookup.at([newest.second - _RECENT]).get(newest.second - _RECENT)
    seen = newest.counters.since(before.counters) if before else Counters()
    return seen.total / max(seen.covered, 1) / max(replicas_alive(), 1)


def bad_ratio(
    objective: Objective,
    *,
    error_rate: float,
    latency: float,
    behind: Dependency | None = None,
) -> float:
    """The share of requests that this fault makes bad; `latency` in seconds.

    The delay comes before the error, so both kinds are equally slow. Whatever fails at the edge
    never reaches the dependency `behind`.
    """
    behind = behind or Dependency()
    duration = TYPICAL + latency
    slow = duration + behind.latency
    waited = slow + settings.RETRY_BASE * _SLOW
    passed = behind.visible * objective.bad(503, slow)
    passed += (1 - behind.visible - behind.retried) * objective.bad(200, slow)
    passed += behind.retried * objective.bad(200, waited)
    # Where some are refused the others have waited for their place, too.
    queued = settings.ADMISSION_WAIT + slow if behind.refused else slow
    passed = (1 - behind.refused) * max(passed, float(objective.bad(200, queued)))
    passed += behind.refused * objective.bad(503, settings.ADMISSION_WAIT)
    return error_rate * objective.bad(500, duration) + (1 - error_rate) * passed


def forecast_read(
    *,
    error_rate: float,
    latency_ms: float,
    dependency_error_rate: float = 0,
    dependency_latency_ms: float = 0,
    lasts: float = TTL_DEFAULT,
) -> dict[str, object]:
    """The forecast for the SLO that is hit worst; durations in wall seconds."""
    behind = dependency(dependency_error_rate, dependency_latency_ms / 1000, arrivals())
    forecasts = []
    ratios: dict[str, float] = {}  # of bad requests, by SLO
    for standing in slo_standings().slos:
        objective = standing.objective
        ratio = bad_ratio(
            objective, error_rate=error_rate, latency=latency_ms / 1000, behind=behind
        )
        ratios[objective.name] = ratio
        remaining = standing.all_events.remaining_ratio
        foretold = budget.forecast(
            ratio / objective.budget,
            remaining=1.0 if remaining is None else remaining,
            lasts=lasts,
            S=_wall(objective.window),
            pages=[
                (rule.threshold(objective.window), _wall(WINDOWS[rule.long]))
                for rule in burn_rules()
                if rule.severity == "page"
            ],
        )
        forecasts.append((foretold, objective.name))
    visible = 1 - (1 - error_rate) * (1 - behind.refused) * (1 - behind.visible)
    worst, name = max(forecasts, key=lambda pair: pair[0].spends_per_minute)
    return {
        "pageAfter": worst.page_after,
        "spendsPerMinute": worst.spends_per_minute,
        "budgetGoneIn": worst.gone_in,
        "leftWhenEnds": worst.left_when_ends,
        "slo": name,
        "alerts": _alerts(ratios, visible, lasts),
        "visibleErrorRate": visible,
        "callsPerRequest": (1 - error_rate) * (1 - behind.refused) * behind.load,
        "breakerOpens": behind.breaker_opens,
    }


def _alerts(
    ratios: dict[str, float], visible: float, lasts: float
) -> list[dict[str, object]]:
    """Every alert that this fault raises while it lasts, the first one first."""
    found = []
    for rule in catalogue().rules:
        after = _fires_after(rule, ratios, visible)
        if after is not None and after <= lasts:
            found.append((after, rule))
    return [
        {
            "name": rule.name,
            "slo": rule.slo,
            "severity": rule.severity,
            "unit": rule.condition.unit,
            "after": after,
        }
        for after, rule in sorted(found, key=lambda pair: (pair[0], pair[1].name))
    ]


def _fires_after(
    rule: AlertRule, ratios: dict[str, float], visible: float
) -> float | None:
    """By the same formula for every ratio over a window, with a full history."""
    condition, hold = rule.condition, rule.hold.total_seconds() / settings.CLOCK_SCALE
    if isinstance(condition, Burn):
        objective = next(o for o in objectives() if o.name == rule.slo)
        burn = ratios[objective.name] / objective.budget
        after = budget.fires_after(
            burn, condition.threshold, _wall(WINDOWS[condition.long])
        )
    elif condition.signal == "errorRatio" and condition.window:
        after = budget.fires_after(
            visible, condition.threshold, _wall(WINDOWS[condition.window])
        )
    elif condition.signal == "latencyP95" and condition.window:
        slow = next(
            (o for o in objectives() if o.rule.bad_slower_than == condition.threshold),
            None,
        )
        # the 95th percentile is above what more than one in twenty exceed
        if slow is None:
            return None
        after = budget.fires_after(
            ratios[slow.name], _ABOVE_P95, _wall(WINDOWS[condition.window])
        )
    else:
        return None
    return None if after is None else after + hold


def _wall(window: timedelta) -> float:
    return window.total_seconds() / settings.CLOCK_SCALE
