"""The charts of a run: what an incident's have, its steps, and marks for what happened in it.

The timeline forgets; so they are kept once it is over, for its report and for a replay.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from sre_console.chaos.rows import database_now
from sre_console.gamedays.outcome.recorded import began_of, steps_of
from sre_console.incidents.series import MARKS, Json, around, before, series_read
from sre_console.models import AlertPeriod, GameDay

# Lines of the record that are marks: what alerts and faults did has bars of its own.
MARKED = (
    "check_passed", "check_failed", "guardrail", "interrupted", "continued", "stopped",
    "finished",
)  # fmt: skip


def figures_read(game_day: GameDay) -> Json:
    """As they were kept, or up to now; times in epoch seconds.

    Without a point where the timeline has forgotten it, or has not begun.
    """
    if game_day.figures:
        return dict(game_day.figures)
    return _read(game_day, game_day.ended_at or database_now())


def figures_keep(game_day: GameDay, now: datetime) -> None:
    """Set the row's charts, up to a while after its end so that one sees alerts clear.

    The caller saves it.
    """
    ended = game_day.ended_at or now
    after = around(began_of(game_day), ended)
    game_day.figures = _read(game_day, min(max(now, ended), ended + after))


def _read(game_day: GameDay, until: datetime) -> Json:
    since = before(began_of(game_day), game_day.ended_at or until)
    return {
        **series_read(since, until),
        "breaches": firings(since, until),
        "steps": [
            {"index": each.step, "from": each.at, "to": each.ended}
            for each in steps_of(game_day)
        ],
        "marks": _marks(game_day),
    }


def firings(since: datetime, until: datetime) -> list[Json]:
    """Alerts that fired in the span, newest first."""
    touching = Q(ended_at=None) | Q(ended_at__gte=since)
    rows = AlertPeriod.objects.filter(touching, fired_at__lte=until)
    return [
        {
            "name": row.name,
            "slo": row.slo or None,
            "severity": row.severity,
            "silenced": row.silenced,
            "value": row.value,
            "threshold": row.threshold,
            "from": row.fired_at.timestamp(),
            "to": row.ended_at.timestamp() if row.ended_at else None,
        }
        for row in rows.order_by("-fired_at")[:MARKS]
    ]


def _marks(game_day: GameDay) -> list[Json]:
    rows = game_day.events.filter(kind__in=MARKED).order_by("at", "id")[:MARKS]
    return [
        {"at": row.at.timestamp(), "kind": row.kind, "step": row.step} for row in rows
    ]
