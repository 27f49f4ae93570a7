"""Every change of an incident: a line of its timeline, an audit entry, and a nudge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.db import connection, transaction

from ironclad.observability.metrics import INCIDENT_EVENTS, count_incident
from sre_console.audit.actor import SYSTEM, Actor
from sre_console.audit.changes import changes
from sre_console.audit.services import record
from sre_console.models import Incident, IncidentEvent

CHANNEL = "ironclad_incidents"
TEXT_MOST = 2000  # characters
_AUDITED = ("state", "severity", "title", "owner", "commander", "scribe")


def noted(  # noqa: PLR0913
    incident: Incident,
    kind: str,
    *,
    at: datetime,
    actor: Actor = SYSTEM,
    text: str = "",
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add a line to its timeline."""
    IncidentEvent.objects.create(
        incident=incident,
        at=at,
        kind=kind,
        actor=actor.name[:150],
        text=text[:TEXT_MOST],
        detail=dict(detail or {}),
    )
    if kind in INCIDENT_EVENTS:
        transaction.on_commit(partial(count_incident, kind))


def changed(
    incident: Incident,
    action: str,
    *,
    actor: Actor = SYSTEM,
    detail: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    """Store it as its next version, audited; every console hears of it at the commit."""
    stored = Incident.objects.filter(pk=incident.pk).values(*_AUDITED).first()
    before, after = changes(
        stored or {}, {name: getattr(incident, name) for name in _AUDITED}
    )
    incident.version += 1
    incident.save()
    record(
        actor=actor,
        action=action,
        subject=f"incident {incident.pk}",
        detail={
            "service": incident.service,
            "severity": incident.severity,
            "state": incident.state,
            **(detail or {}),
        },
        before=before,
        after=after,
        reason=reason,
    )
    nudge(str(incident.pk))


def nudge(what: str = "") -> None:
    """Have every console look again; delivered at the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, what])
