"""Incidents as the API and the console tell them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from ironclad.envelope import timestamp
from ironclad.errors import FieldsInvalid, NotFound
from sre_console.incidents import lifecycle
from sre_console.incidents.checklist import checklist, checklist_json
from sre_console.incidents.notifications import runbook_url
from sre_console.incidents.payload import web_link
from sre_console.incidents.story import Moment, story
from sre_console.models import Incident, IncidentAlert, IncidentEvent, Notification

TOLD_STATES = ("pending", "delivered", "dead", "held")
CHANNELS = ("webhook", "email")
TOLD_FILTERS: dict[str, tuple[str, ...]] = {"state": TOLD_STATES, "channel": CHANNELS}
TOLD_ASKED = (*TOLD_FILTERS, "incident")
TOLD_MOST = 50  # notifications that are told with their incident
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
ALERTS = Prefetch("alerts", IncidentAlert.objects.order_by("joined_at", "id"))


def incident_get(number: int) -> Incident:
    """With its alerts."""
    found = Incident.objects.prefetch_related(ALERTS).filter(pk=number).first()
    if found is None:
        raise NotFound
    return found


def incident_bare(number: int) -> Incident:
    """Its row alone."""
    found = Incident.objects.filter(pk=number).first()
    if found is None:
        raise NotFound
    return found


def incident_told(incident: Incident) -> tuple[list[Notification], int]:
    """The newest notifications of it, the oldest of them first; and how many there are of all."""
    rows = list(incident.notifications.order_by("-id")[:TOLD_MOST])
    full = len(rows) == TOLD_MOST
    return rows[::-1], incident.notifications.count() if full else len(rows)


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
    told, told_of_all = incident_told(row)
    what = story(row)
    return {
        **incident_json(row),
        "members": [_member(alert) for alert in row.alerts.all()],
        "timeline": [_moment(moment) for moment in what.moments],
        "timelineLeftOut": what.left_out,
        "checklist": checklist_json(checklist(row)),
        "notifications": [_told(each) for each in told],
        "notificationsLeftOut": told_of_all - len(told),
    }


def timeline_list(number: int) -> QuerySet[IncidentEvent]:
    """Its own lines, newest first."""
    return incident_bare(number).events.order_by("-at", "-id")


def event_json(row: IncidentEvent) -> dict[str, object]:
    return _moment(Moment(row.at, row.kind, row.actor, row.text, row.detail))


def notification_list(query: Mapping[str, str]) -> QuerySet[Notification]:
    """Newest first, of those that every filter allows. Raises FieldsInvalid for a bad one."""
    asked = {name: query[name] for name in TOLD_ASKED if name in query}
    problems: list[tuple[str | None, str]] = [
        (name, f"{name} must be one of {', '.join(allowed)}.")
        for name, allowed in TOLD_FILTERS.items()
        if name in asked and asked[name] not in allowed
    ]
    if "incident" in asked and _NUMBER.fullmatch(asked["incident"]) is None:
        problems.append(("incident", "incident must be the number of one."))
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
        "link": web_link(alert.link) or None,
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
