"""Incidents as the API and the console tell them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from ironclad.envelope import timestamp
from ironclad.errors import FieldsInvalid, NotFound
from sre_console.incidents import lifecycle
from sre_console.incidents.checklist import checklist, checklist_json
from sre_console.incidents.notifications import runbook_url
from sre_console.incidents.story import Moment, story
from sre_console.models import Incident, IncidentAlert, IncidentEvent, Notification

TOLD_STATES = ("pending", "delivered", "dead", "held")
CHANNELS = ("webhook", "email")
TOLD_FILTERS: dict[str, tuple[str, ...]] = {"state": TOLD_STATES, "channel": CHANNELS}
ALERTS = Prefetch("alerts", IncidentAlert.objects.order_by("joined_at", "id"))


def incident_get(number: int) -> Incident:
    """With its alerts, timeline and notifications."""
    rows = Incident.objects.prefetch_related(
        ALERTS,
        Prefetch("events", IncidentEvent.objects.order_by("at", "id")),
        "notifications",
    )
    found = rows.filter(pk=number).first()
    if found is None:
        raise NotFound
    return found


def incident_json(row: Incident) -> dict[str, object]:
    """One of a list; every moment is wall time."""
    return {
        "id": row.pk,
        "version": row.version,
        "title": row.title,
        "service": row.service,
        "severity": row.severity,
        "state": row.state,
        "exercise": row.exercise,
        "faultVersion": row.fault_version,
        "beganAt": timestamp(row.began_at),
        "openedAt": timestamp(row.opened_at),
        "pagedAt": _at(row.paged_at),
        "acknowledgedAt": _at(row.acknowledged_at),
        "mitigatedAt": _at(row.mitigated_at),
        "resolvedAt": _at(row.resolved_at),
        "quietAt": _at(row.quiet_at),
        "owner": row.owner,
        "commander": row.commander,
        "scribe": row.scribe,
        "durations": asdict(
            lifecycle.durations(
                began=row.began_at,
                opened=row.opened_at,
                acknowledged=row.acknowledged_at,
                mitigated=row.mitigated_at,
                resolved=row.resolved_at,
            )
        ),
        "alerts": list(dict.fromkeys(alert.name for alert in row.alerts.all())),
        "firing": sum(alert.cleared_at is None for alert in row.alerts.all()),
    }


def incident_whole_json(row: Incident) -> dict[str, object]:
    return {
        **incident_json(row),
        "members": [_member(alert) for alert in row.alerts.all()],
        "timeline": [_moment(moment) for moment in story(row)],
        "checklist": checklist_json(checklist(row)),
        "notifications": [
            _told(each)
            for each in sorted(row.notifications.all(), key=lambda one: one.pk)
        ],
    }


def notification_list(query: Mapping[str, str]) -> QuerySet[Notification]:
    """Newest first, of those that every filter allows. Raises FieldsInvalid for a bad one."""
    asked = {name: query[name] for name in TOLD_FILTERS if name in query}
    problems: list[tuple[str | None, str]] = [
        (name, f"{name} must be one of {', '.join(TOLD_FILTERS[name])}.")
        for name, value in asked.items()
        if value not in TOLD_FILTERS[name]
    ]
    if problems:
        raise FieldsInvalid(problems)
    return Notification.objects.filter(**asked).order_by("-created_at", "-id")


def notifications_dead() -> int:
    """How many were given up, and nobody has had tried again since."""
    return Notification.objects.filter(state="dead").count()


def notification_alerts(row: Notification) -> list[str]:
    """The names of the alerts it tells of."""
    alerts = row.body.get("alerts", [])
    return list(dict.fromkeys(str(alert["name"]) for alert in alerts))


def notification_json(row: Notification) -> dict[str, object]:
    alerts = notification_alerts(row)
    return {**_told(row), "incident": row.incident_id, "alerts": alerts}


def _told(row: Notification) -> dict[str, object]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "channel": row.channel,
        "place": row.place,
        "state": row.state,
        "attempts": row.attempts,
        "problem": row.problem,
        "createdAt": timestamp(row.created_at),
        "deliveredAt": _at(row.delivered_at),
    }


def _member(alert: IncidentAlert) -> dict[str, object]:
    return {
        "name": alert.name,
        "slo": alert.slo or None,
        "severity": alert.severity,
        "source": alert.source,
        "fingerprint": alert.fingerprint,
        "summary": alert.summary,
        "description": alert.description,
        "value": alert.value,
        "joinedAt": timestamp(alert.joined_at),
        "firedAt": timestamp(alert.fired_at),
        "clearedAt": _at(alert.cleared_at),
        "times": alert.times,
        "runbookUrl": runbook_url(alert.runbook),
        "link": alert.link or None,
    }


def _moment(moment: Moment) -> dict[str, object]:
    return {
        "at": timestamp(moment.at),
        "kind": moment.kind,
        "actor": moment.actor,
        "text": moment.text,
        "detail": dict(moment.detail),
    }


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else timestamp(moment)
