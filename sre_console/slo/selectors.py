"""The answer of /api/slo: every objective's target, current ratio, budgets and burn rates."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.conf import settings

from ironclad.clock import Clock, clock
from ironclad.envelope import timestamp
from sre_console.slo import budget, lookup
from sre_console.slo.objectives import objectives
from sre_console.slo.prometheus import Kept, slis
from sre_console.slo.source import Source
from sre_console.slo.standings import (
    Standing,
    Standings,
    recorded_standings,
    standings,
)

_DAY = timedelta(days=1)


def slo_standings(*, by: Clock = clock) -> Standings:
    """From Prometheus where PROMETHEUS_URL says so and it answers; else from the timeline."""
    scale = settings.CLOCK_SCALE
    if not settings.PROMETHEUS_URL:
        return standings(objectives(), now=by.epoch(), scale=scale)
    latest = slis.latest()
    if not isinstance(latest, Kept):
        return recorded_standings(objectives(), latest, scale=scale)
    instead = standings(objectives(), now=by.epoch(), scale=scale)
    why = Source("timeline", latest.problem, latest.since)
    return replace(instead, source=why)


def budgets_left() -> dict[str, float | None]:
    """By SLO, the ratio of its error budget that is left of all events; None: no data."""
    found = slo_standings().slos
    return {each.objective.name: each.all_events.remaining_ratio for each in found}


def slo_report(*, by: Clock = clock, apart: bool = True) -> dict[str, object]:
    """The report as JSON-ready values; every moment is wall time."""
    return report_of(slo_standings(by=by), now=by.epoch(), apart=apart)


def report_of(found: Standings, *, now: float, apart: bool = True) -> dict[str, object]:
    """`apart`: whether exercises may be told from the rest; else that ledger is unknown."""
    updated = None if found.updated is None else _moment(found.updated + 1)
    return {
        "clock": {"scale": settings.CLOCK_SCALE, "now": _moment(now)},
        "slos": [_slo(standing, found.end + 1, apart=apart) for standing in found.slos],
        "updatedAt": updated,
        "source": found.source.json(),
    }


def _moment(epoch: float) -> str:
    return timestamp(lookup.moment(epoch))


def _slo(standing: Standing, end: int, *, apart: bool) -> dict[str, object]:
    objective, counts = standing.objective, standing.counts
    first, last = standing.seeded or (None, None)
    return {
        "name": objective.name,
        "displayName": objective.display_name,
        "description": objective.description,
        "target": objective.target,
        "window": _window(objective.window),
        "current": standing.current,
        "good": counts.total - standing.all_events.consumed,
        "total": counts.total,
        "limited": standing.limited,
        "limitedTraffic": standing.limited_traffic,
        "budget": _budget(standing.all_events, end, standing.exhausts_in),
        "budgetWithoutExercises": _budget(
            standing.without_exercises, end, standing.exhausts_in_without
        )
        if apart
        else _UNKNOWN,
        "seeded": {
            "events": counts.seeded,
            "from": first and timestamp(first),
            "to": last and timestamp(last),
        },
        "burnRates": dict(standing.burns),
        "status": standing.status,
    }


def _window(window: timedelta) -> str:
    days, rest = divmod(window, _DAY)
    return f"{days}d" if not rest else f"{window // timedelta(minutes=1)}m"


_UNKNOWN = dict.fromkeys(
    (
        "total", "consumed", "remaining", "remainingRatio", "minutesTotal",
        "minutesRemaining", "exhaustsAt", "badRemaining",
    )
)  # fmt: skip


def _budget(
    ledger: budget.Budget, end: int, exhausts_in: float | None
) -> dict[str, object]:
    return {
        "total": ledger.total,
        "consumed": ledger.consumed,
        "remaining": ledger.remaining,
        "remainingRatio": ledger.remaining_ratio,
        "minutesTotal": ledger.minutes_total,
        "minutesRemaining": ledger.minutes_remaining,
        "exhaustsAt": None if exhausts_in is None else _moment(end + exhausts_in),
        "badRemaining": ledger.bad_remaining,
    }
