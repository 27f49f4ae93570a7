"""What the change calendar is given: plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils.translation import gettext as _

from sre_console.governance.calendar.event import KINDS, Event
from sre_console.pages.incident_models import Mark
from sre_console.pages.incident_words import lasted

_LOOKS: dict[str, tuple[str, str]] = {
    "deployment": ("is-ok", "brand"),
    "fault": ("is-fault", "fault"),
    "patterns": ("is-risk", "risk"),
    "game_day": ("is-seeded", "critical"),
    "incident": ("is-burning", "burning"),
    "silence": ("is-stale", "stale"),
    "no_faults": ("is-exhausted", "exhausted"),
}


@dataclass(frozen=True, slots=True)
class EventLine:
    id: str
    kind: Mark
    title: str
    href: str
    at: datetime
    until: datetime | None
    lasted: str  # empty: a moment
    on: bool  # it goes on
    who: str
    note: str


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    said: str  # how many of each kind
    lines: tuple[EventLine, ...]


def kind_words() -> dict[str, str]:
    return {
        "deployment": _("deployment"),
        "fault": _("fault"),
        "patterns": _("patterns"),
        "game_day": _("game day"),
        "incident": _("incident"),
        "silence": _("silence"),
        "no_faults": _("no faults"),
    }


def days(events: Iterable[Event], now: datetime) -> list[Day]:
    """Newest first, as a list is read; the day is that in which it began."""
    words = kind_words()
    turned = sorted(events, key=lambda each: each.at, reverse=True)
    found = [
        (day, list(some)) for day, some in groupby(turned, key=lambda e: e.at.date())
    ]
    return [
        Day(day, counted(some), tuple(_line(each, words, now) for each in some))
        for day, some in found
    ]


def _line(event: Event, words: dict[str, str], now: datetime) -> EventLine:
    goes_on = event.lasts and (event.until is None or event.until > now)
    seconds = ((event.until or now) - event.at).total_seconds()
    return EventLine(
        id=event.id,
        kind=Mark(words[event.kind], *_LOOKS[event.kind]),
        title=event.title,
        href=event.href,
        at=event.at,
        until=event.until,
        lasted=lasted(max(0.0, seconds)) if event.lasts else "",
        on=goes_on and event.at <= now,
        who=event.who,
        note=event.note,
    )


def counted(events: Iterable[Event]) -> str:
    """As "deployment: 2, fault: 3": what the picture shows, for readers."""
    words, counts = kind_words(), dict.fromkeys(KINDS, 0)
    for event in events:
        counts[event.kind] += 1
    return ", ".join(f"{words[kind]}: {n}" for kind, n in counts.items() if n)
