"""What the page of notifications is given: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sre_console.incidents.outbox import RETRIED
from sre_console.incidents.selectors import (
    CHANNELS,
    TOLD_STATES,
    notification_alerts,
)
from sre_console.models import Notification
from sre_console.pages import incident_words as words
from sre_console.pages.incident_models import Mark, told_mark


@dataclass(frozen=True, slots=True)
class NotificationRow:
    id: int
    state: Mark
    kind: str
    incident: int | None
    title: str  # as it was told: the incident's, or the alerts' names
    channel: str
    place: str
    attempts: int
    at: datetime  # when it was written
    delivered: datetime | None
    problem: str
    waits: bool  # it is on its way
    retried: bool  # whether a person may have it sent


def notification_row(row: Notification) -> NotificationRow:
    told = row.body.get("incident") or {}
    alerts = ", ".join(notification_alerts(row))
    return NotificationRow(
        id=row.pk,
        state=told_mark(row.state),
        kind=words.told_kind(row.kind),
        incident=row.incident_id,
        title=str(told.get("title") or alerts),
        channel=words.channel_word(row.channel),
        place=row.place,
        attempts=row.attempts,
        at=row.created_at,
        delivered=row.delivered_at,
        problem=row.problem,
        waits=row.state == "pending",
        retried=row.state in RETRIED,
    )


def choices() -> dict[str, list[tuple[str, str]]]:
    """What each filter may be, with its word."""
    return {
        "state": [(each, words.told_word(each)) for each in TOLD_STATES],
        "channel": [(each, words.channel_word(each)) for each in CHANNELS],
    }
