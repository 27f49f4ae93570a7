"""Whom an incident is told to: written with its cause, in one transaction, delivered later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Literal, cast

from django.conf import settings
from django.db import transaction

from ironclad.envelope import timestamp
from ironclad.observability.metrics import count_notification
from sre_console.incidents.holding import held_since, held_why, place_is_full
from sre_console.incidents.news import AlertNews
from sre_console.incidents.places import Place
from sre_console.incidents.severity import SEVERITIES, Severity
from sre_console.models import Incident, IncidentAlert, Notification

Kind = Literal["opened", "raised", "reopened", "resolved"]
# What can wait until somebody looks at the console sends no mail.
MAILED: tuple[Severity, ...] = ("page", "critical")
# Never held back: an incident opens once, and pages again only after its pages were quiet.
URGENT: tuple[Kind, ...] = ("opened", "raised")
ALERTS_MOST = 20  # of an incident that one notification tells


def notifications_write(incident: Incident, kind: Kind, *, at: datetime) -> None:
    """One for each place that is to hear of it."""
    body = notification_body(incident, kind, at=at)
    grave = incident.severity in MAILED
    urgent = kind in URGENT or (kind == "reopened" and incident.paged_at == at)
    places = [Place("webhook", address) for address in settings.ALERT_WEBHOOKS]
    if grave:
        places += [Place("email", address) for address in settings.ALERT_EMAILS]
    _write(places, kind, body, incident=incident, always=grave and urgent)


def notice_write(news: AlertNews) -> None:
    """An alert that opens no incident: it is told once, where that needs nobody's sleep."""
    body = {
        "version": "1",
        "event": "alert.fired",
        "at": timestamp(news.at),
        "incident": None,
        "alerts": [
            {
                "name": news.name,
                "slo": news.slo or None,
                "severity": news.severity,
                "summary": news.summary,
                "firing": True,
                "runbookUrl": runbook_url(news.runbook),
            }
        ],
        "alertsLeftOut": 0,
    }
    places = [Place("webhook", address) for address in settings.ALERT_WEBHOOKS]
    _write(places, "notice", body)


def _write(
    places: Iterable[Place],
    kind: Kind | Literal["notice"],
    body: Mapping[str, object],
    *,
    incident: Incident | None = None,
    always: bool = False,
) -> None:
    """One row for each place, to be sent or held back; `always`: sent, however many were."""
    for place in places:
        row = Notification(
            incident=incident, kind=kind, channel=place.channel, place=place.name
        )
        if not always and place_is_full(place):
            row.state, row.problem = "held", held_why()
            row.body = {**body, "held": None}
            transaction.on_commit(partial(count_notification, place.channel, "held"))
        else:
            row.body = {**body, "held": held_since(place)}
        row.save()


def notification_body(
    incident: Incident, kind: Kind, *, at: datetime
) -> dict[str, object]:
    """What is told, as it was then: of its alerts those that fire and the gravest first."""
    alerts = sorted(incident.alerts.order_by("joined_at", "id"), key=_rank)
    return {
        "version": "1",
        "event": f"incident.{kind}",
        "at": timestamp(at),
        "incident": {
            "id": incident.pk,
            "title": incident.title,
            "service": incident.service,
            "severity": incident.severity,
            "state": incident.state,
            "exercise": incident.exercise,
            "openedAt": timestamp(incident.opened_at),
            "pagedAt": incident.paged_at and timestamp(incident.paged_at),
            "url": incident_url(incident.pk),
        },
        "alerts": [
            {
                "name": alert.name,
                "slo": alert.slo or None,
                "severity": alert.severity,
                "summary": alert.summary,
                "firing": alert.cleared_at is None,
                "runbookUrl": runbook_url(alert.runbook),
            }
            for alert in alerts[:ALERTS_MOST]
        ],
        "alertsLeftOut": max(0, len(alerts) - ALERTS_MOST),
    }


def _rank(alert: IncidentAlert) -> tuple[bool, int]:
    severity = cast("Severity", alert.severity)
    return alert.cleared_at is not None, SEVERITIES.index(severity)


def incident_url(number: int) -> str:
    return f"{settings.CONSOLE_URL}/console/incidents/{number}"


def runbook_url(name: str) -> str | None:
    """Where the console shows a runbook."""
    return f"{settings.CONSOLE_URL}/console/runbooks/{name}" if name else None
