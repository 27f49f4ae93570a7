"""What a fault would cost, before it is applied."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from sre_console.chaos.asked import TTL_DEFAULT
from sre_console.slo import budget
from sre_console.slo.objectives import Objective, burn_rules
from sre_console.slo.selectors import slo_standings
from sre_console.slo.windows import WINDOWS

# What a request takes without a fault, in seconds: an added delay comes on top of it.
TYPICAL = 0.02


def bad_ratio(objective: Objective, *, error_rate: float, latency: float) -> float:
    """The share of requests that this fault makes bad; `latency` in seconds.

    The delay comes before the error, so both kinds are equally slow.
    """
    duration = TYPICAL + latency
    return error_rate * objective.bad(500, duration) + (1 - error_rate) * objective.bad(
        200, duration
    )


def forecast_read(
    *, error_rate: float, latency_ms: float, lasts: float = TTL_DEFAULT
) -> dict[str, object]:
    """The forecast for the SLO that is hit worst; durations in wall seconds."""
    forecasts = []
    for standing in slo_standings().slos:
        objective = standing.objective
        ratio = bad_ratio(objective, error_rate=error_rate, latency=latency_ms / 1000)
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
    worst, name = max(forecasts, key=lambda pair: pair[0].spends_per_minute)
    return {
        "pageAfter": worst.page_after,
        "spendsPerMinute": worst.spends_per_minute,
        "budgetGoneIn": worst.gone_in,
        "leftWhenEnds": worst.left_when_ends,
        "slo": name,
    }


def _wall(window: timedelta) -> float:
    return window.total_seconds() / settings.CLOCK_SCALE
