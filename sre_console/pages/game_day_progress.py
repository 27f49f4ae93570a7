"""What a run that goes on has come to so far, and what it should have: for its page, each second."""

from __future__ import annotations

from typing import Any

from sre_console.chaos.rows import database_now
from sre_console.gamedays.course.course import Course
from sre_console.gamedays.forecast.forecast import forecast_read
from sre_console.gamedays.outcome.recorded import steps_of
from sre_console.gamedays.outcome.timing import step_at
from sre_console.gamedays.running.observing import counted_of
from sre_console.gamedays.telling.telling import game_day_json
from sre_console.models import AlertPeriod, GameDay
from sre_console.slo import lookup
from sre_console.slo.selectors import slo_standings

Json = dict[str, Any]
_ALERTS = 100


def secret(row: GameDay) -> bool:
    """Whether what it does is still to be found out."""
    return row.drill and not row.settled


def run_json(row: GameDay) -> Json:
    """The run's JSON; while it goes on also `now`, its forecast up to now, and what was counted.

    Of a drill that goes on it is only told that it does.
    """
    day = game_day_json(row)
    if secret(row):
        return {
            **day,
            "hypothesis": "",
            "steps": [],
            "checks": [],
            "step": None,
            "forecast": {},
            "outcome": {},
            "stepEndsAt": None,
            "stepBeganAt": None,
        }
    if row.settled or row.started_at is None:
        return day
    elapsed = (database_now() - row.started_at).total_seconds()
    now = forecast_read(row.forecast).at(elapsed) if row.forecast else {}
    return {**day, "now": now, "outcome": _counted(row)}


def _counted(row: GameDay) -> Json:
    course, newest = Course.read(row.cursor, row.checks), lookup.newest()
    if newest is None or not course.run.total:
        return {}
    counted = counted_of(newest.counters).since(course.run)
    allowed = {each.objective.name: each.all_events.total for each in slo_standings().slos}  # fmt: skip
    return {
        "totalEvents": counted.total,
        "bySlo": {
            slo: {
                "badEvents": bad,
                "exerciseBad": drilled,
                "budgetSpentRatio": bad / allowed[slo] if allowed.get(slo) else None,
            }
            for slo, (bad, drilled) in counted.bad.items()
        },
        "alerts": _fired(row),
    }


def _fired(row: GameDay) -> list[Json]:
    """Alerts that have fired since it began, as an outcome has them."""
    steps = steps_of(row)
    rows = AlertPeriod.objects.filter(fired_at__gte=row.started_at)
    found = []
    for fired in rows.order_by("fired_at", "id")[:_ALERTS]:
        at = fired.fired_at.timestamp()
        step = step_at(steps, at)
        found.append(
            {
                "name": fired.name,
                "slo": fired.slo or None,
                "severity": fired.severity,
                "step": None if step is None else step.step,
                "sinceStep": None if step is None else at - step.at,
            }
        )
    return found
