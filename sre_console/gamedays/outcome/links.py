"""Which incidents belong to a run, and which run an incident belongs to."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from ironclad.clock import Clock, clock
from sre_console.gamedays.outcome.recorded import versions_of
from sre_console.models import GameDay, Incident

_MOST = 100  # incidents of a run


def incidents_of(game_day: GameDay, *, by: Clock = clock) -> list[Incident]:
    """Those whose harm began within it, or that one of its faults caused; the first comes first."""
    if game_day.started_at is None:
        return []
    until = game_day.ended_at or by.now()
    within = Q(began_at__gte=game_day.started_at, began_at__lte=until)
    caused = Q(fault_version__in=list(versions_of(game_day)))
    rows = Incident.objects.filter(within | caused).prefetch_related("alerts")
    return list(rows.order_by("began_at", "id")[:_MOST])


def game_day_at(moment: datetime) -> GameDay | None:
    """The run that was under way then; of several the last to start.

    A drill is not told of before it is over: what is wrong is to be found out.
    """
    under_way = Q(ended_at=None, state="running") | Q(ended_at__gte=moment)
    rows = GameDay.objects.filter(under_way, started_at__lte=moment)
    rows = rows.exclude(drill=True, state="running")
    return rows.order_by("-started_at").first()


def game_day_of(incident: Incident) -> GameDay | None:
    """The run in which its harm began, or else in which it was opened."""
    return game_day_at(incident.began_at) or game_day_at(incident.opened_at)
