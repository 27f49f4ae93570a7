"""The calendar file is iCalendar whatever somebody has typed into a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sre_console.governance.calendar.event import Event, range_of
from sre_console.governance.calendar.ics import calendar, escaped, folded
from sre_console.governance.calendar.picture import picture

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def event(**fields: object) -> Event:
    given = {
        "kind": "fault", "number": 7, "title": "10 % errors", "at": NOW,
        "until": NOW + timedelta(minutes=1), "lasts": True, "who": "ada", "note": "why",
        "href": "/console/injections?kind=fault&number=7",
    }  # fmt: skip
    return Event(**(given | fields))  # type: ignore[arg-type]


def lines(*events: Event) -> list[str]:
    text = calendar(events, now=NOW, host="example.org", base="https://example.org")
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    return text.replace("\r\n ", "").split("\r\n")


def test_an_event_says_when_what_and_where() -> None:
    found = lines(event())
    for line in (
        "UID:fault-7@example.org", "DTSTART:20260131T120000Z", "DTEND:20260131T120100Z",
        "SUMMARY:10 % errors", "DESCRIPTION:ada\\nwhy",
        "URL:https://example.org/console/injections?kind=fault&number=7",
    ):  # fmt: skip
        assert line in found


def test_nothing_typed_ends_its_line() -> None:
    typed = "a;b,c\\d\r\nEND:VCALENDAR\x07" + "é" * 200
    found = lines(event(title=typed, note=typed))
    assert found.count("END:VCALENDAR") == 1
    said = "a\\;b\\,c\\\\d\\nEND:VCALENDAR\N{REPLACEMENT CHARACTER}" + "é" * 200
    assert f"SUMMARY:{said}" in found


def test_a_moment_has_no_end_and_what_goes_on_has_lasted_until_now() -> None:
    assert not [line for line in lines(event(until=None, lasts=False)) if "DTEND" in line]  # fmt: skip
    began = NOW - timedelta(hours=1)
    assert "DTEND:20260131T120000Z" in lines(event(at=began, until=None))


@pytest.mark.parametrize("length", [0, 1, 74, 75, 76, 150, 1000])
def test_lines_fold_and_unfold(length: int) -> None:
    line = ("x" * length) + "€"
    parts = list(folded(line))
    assert "".join(part[n > 0 :] for n, part in enumerate(parts)) == line
    assert escaped("plain") == "plain"


@pytest.mark.parametrize(
    ("view", "first", "days", "before"),
    [
        ("day", date(2026, 1, 31), 1, date(2026, 1, 30)),
        ("week", date(2026, 1, 26), 7, date(2026, 1, 19)),
        ("month", date(2026, 1, 1), 31, date(2025, 12, 1)),
    ],
)
def test_ranges_are_whole(view: str, first: date, days: int, before: date) -> None:
    within = range_of(view, date(2026, 1, 31))  # type: ignore[arg-type]
    assert (within.first, (within.end - within.begin).days) == (first, days)
    assert within.beside(-1) == before
    assert within.beside(1) == within.end.date()


def test_the_picture_holds_nothing_that_was_typed() -> None:
    within = range_of("day", NOW.date())
    shown = [event(title="<script>"), event(kind="deployment", lasts=False, until=None)]
    words = {"fault": "fault & co", "deployment": "deployment"}
    drawn = picture(shown, within, now=NOW, words=words, said='2 "events"')
    assert "script" not in drawn
    assert "fault &amp; co" in drawn
    assert drawn.count('class="cal-fault"') == 1
    assert picture([], within, now=NOW, words=words, said="") == ""
