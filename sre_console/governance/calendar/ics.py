"""The calendar as iCalendar (RFC 5545), for whatever shows calendars. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from sre_console.governance.calendar.event import Event

_LONGEST = 75  # octets of a line (3.1)
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def calendar(events: Iterable[Event], *, now: datetime, host: str, base: str) -> str:
    """`host` makes the ids of events unique, `base` is where the console is."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Ironclad//Change calendar//EN",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:Ironclad changes",
    ]
    for event in events:
        lines += _event(event, now, host, base)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _event(event: Event, now: datetime, host: str, base: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.id}@{host}"
    yield f"DTSTAMP:{_moment(now)}"
    yield f"DTSTART:{_moment(event.at)}"
    if event.lasts:  # what goes on has lasted until now
        yield f"DTEND:{_moment(event.until or max(now, event.at))}"
    yield f"SUMMARY:{escaped(event.title)}"
    said = "\n".join(part for part in (event.who, event.note) if part)
    if said:
        yield f"DESCRIPTION:{escaped(said)}"
    yield f"CATEGORIES:{escaped(event.kind.replace('_', ' '))}"
    yield f"URL:{base}{event.href}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """A TEXT value (3.3.11): nothing in it can end its line."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", plain).translate(_ESCAPED)


def folded(line: str) -> Iterator[str]:
    """Lines of 75 octets at most; those that go on begin with a space, and none cuts a letter."""
    rest, room = line, _LONGEST
    while len(rest.encode()) > room:
        cut = len(rest.encode()[:room].decode(errors="ignore"))
        yield f"{'' if room == _LONGEST else ' '}{rest[:cut]}"
        rest, room = rest[cut:], _LONGEST - 1
    yield f"{'' if room == _LONGEST else ' '}{rest}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
