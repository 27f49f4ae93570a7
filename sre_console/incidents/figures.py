"""The charts of an incident: from a while before the harm began until after it was over.

While it goes on they are read from the timeline. The timeline forgets; so they are kept once it
is resolved, for its page and its post-mortem: by the leader, after the transaction that judged.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from ironclad.database.existing import exists
from sre_console.chaos.rows import database_now
from sre_console.incidents.impact import impact_lines
from sre_console.incidents.series import MARKS, Json, before, series_read
from sre_console.models import Incident, IncidentFigures

_OWED_FOR = 3600.0  # seconds after it was resolved
_RESOLVED = "SELECT FROM incident WHERE state = 'resolved' AND resolved_at >= %s"
_FIRES = ("opened", "joined", "fired_again")  # lines of its timeline
_TURNS = 2000  # lines, the newest, that its alerts' firings are read from


def figures_read(incident: Incident) -> Json:
    """Columns and marks as the Live page's charts take them; times in epoch seconds.

    Without a point where the timeline has forgotten it and nothing was kept.
    """
    if (kept := _kept(incident)) is not None:
        return dict(kept.series)
    return _read(incident, incident.resolved_at or database_now())


def figures_owed(now: datetime, *, but: Collection[int] = ()) -> Incident | None:
    """One that was resolved not long ago, and whose figures are not kept yet."""
    since = now - timedelta(seconds=_OWED_FOR)
    if not exists(_RESOLVED, since):
        return None
    kept = IncidentFigures.objects.filter(
        incident=OuterRef("pk"), taken_at__gte=OuterRef("resolved_at")
    )
    rows = Incident.objects.filter(state="resolved", resolved_at__gte=since)
    owed = rows.exclude(Exists(kept)).exclude(pk__in=but)
    return owed.order_by("resolved_at").first()


def figures_keep(incident: Incident) -> None:
    """Store them as they are now that it is resolved."""
    at = incident.resolved_at
    assert at is not None  # noqa: S101 - it is resolved
    kept = {
        "series": _read(incident, at),
        "impact": impact_lines(incident, incident.mitigated_at or at),
        "taken_at": at,
    }
    IncidentFigures.objects.update_or_create(incident=incident, defaults=kept)


def impact_read(incident: Incident) -> list[str]:
    """What it cost, in lines of Markdown: as it was when it was resolved, or up to now."""
    if (kept := _kept(incident)) is not None:
        return list(kept.impact)
    return impact_lines(incident, incident.mitigated_at or database_now())


def _kept(incident: Incident) -> IncidentFigures | None:
    if incident.resolved_at is None:
        return None
    # What was kept before it was opened again is too short.
    kept = IncidentFigures.objects.filter(incident=incident)
    return kept.filter(taken_at__gte=incident.resolved_at).first()


def span_of(incident: Incident, until: datetime) -> tuple[datetime, datetime]:
    """What is shown of it."""
    return before(incident.began_at, until), until


def _read(incident: Incident, until: datetime) -> Json:
    since, until = span_of(incident, until)
    return {**series_read(since, until), "breaches": firings(incident)}


def firings(incident: Incident) -> list[Json]:
    """When each of its alerts fired, out of its timeline; newest first, at most MARKS."""
    begun: dict[tuple[object, object], Json] = {}
    found: list[Json] = []
    turns = incident.events.filter(kind__in=(*_FIRES, "cleared"))
    for event in reversed(turns.order_by("-at", "-id")[:_TURNS]):
        key = event.detail.get("alert"), event.detail.get("slo")
        if event.kind in _FIRES and key not in begun:
            begun[key] = {
                "name": key[0],
                "slo": key[1],
                "severity": event.detail.get("severity"),
                "from": event.at.timestamp(),
                "to": None,
            }
            found.append(begun[key])
        elif event.kind == "cleared" and key in begun:
            begun.pop(key)["to"] = event.at.timestamp()
    return found[::-1][:MARKS]
