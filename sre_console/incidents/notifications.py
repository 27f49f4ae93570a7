"""Whom an incident is told to: written with its cause, in one transaction, delivered later."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.conf import settings

from ironclad.envelope import timestamp
from sre_console.incidents.news import AlertNews
from sre_console.incidents.severity import Severity
from sre_console.models import Incident, Notification

Kind = Literal["opened", "raised", "reopened", "resolved"]
# What can wait until somebody looks at the console sends no mail.
MAILED: tuple[Severity, ...] = ("page", "critical")


def notifications_write(incident: Incident, kind: Kind, *, at: datetime) -> None:
    """One for each place that is to hear of it."""
    body = notification_body(incident, kind, at=at)
    places = [("webhook", place) for place in settings.ALERT_WEBHOOKS]
    if incident.severity in MAILED:
        places += [("email", place) for place in settings.ALERT_EMAILS]
    Notification.objects.bulk_create(
        Notification(
            incident=incident, kind=kind, channel=channel, place=place, body=body
        )
        for channel, place in places
    )


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
    }
    Notification.objects.bulk_create(
        Notification(kind="notice", channel="webhook", place=place, body=body)
        for place in settings.ALERT_WEBHOOKS
    )


def notification_body(
    incident: Incident, kind: Kind, *, at: datetime
) -> dict[str, object]:
    """What is told, as it was then."""
    alerts = incident.alerts.order_by("joined_at", "id")
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
            for alert in alerts
        ],
    }


def incident_url(number: int) -> str:
    return f"{settings.CONSOLE_URL}/console/incidents/{number}"


def runbook_url(name: str) -> str | None:
    """Where the console shows a runbook."""
    return f"{settings.CONSOLE_URL}/console/runbooks/{name}" if name else None
