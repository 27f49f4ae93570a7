"""What a fault would cost, before it is applied."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from sre_console.chaos.asked import TTL_DEFAULT
from sre_console.chaos.selectors import replicas_alive
from sre_console.gamedays.forecast import effect
from sre_console.gamedays.forecast.defences import defences_in_force
from sre_console.gamedays.forecast.effect import Dependency
from sre_console.gamedays.forecast.history import rate_seen
from sre_console.incidents.catalogue import catalogue
from sre_console.incidents.rules import AlertRule, Burn
from sre_console.slo import budget
from sre_console.slo.objectives import burn_rules, objectives
from sre_console.slo.selectors import slo_standings
from sre_console.slo.windows import WINDOWS

_ABOVE_P95 = 0.05  # the share of requests above the 95th percentile


def dependency(error_rate: float, latency: float, arrivals: float = 0) -> Dependency:
    """What a fault of the dependency does behind the patterns that are in force now."""
    return effect.dependency(
        error_rate, latency, arrivals, defences=defences_in_force()
    )


def arrivals() -> float:
    """Requests a second that each replica gets now."""
    return (rate_seen() or 0.0) / max(replicas_alive(), 1)


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
        ratio = effect.bad_ratio(
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
    visible = effect.visible_ratio(error_rate, behind)
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
