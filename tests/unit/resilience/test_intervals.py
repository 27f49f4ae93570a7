from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sre_console.chaos.selectors import Band
from sre_console.models import PatternPeriod
from sre_console.resilience.intervals import Interval, cut, interval_json

START = datetime(2026, 1, 31, 12, tzinfo=UTC)
NOW = START + timedelta(minutes=10)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def fault(begin: float, end: float | None, version: int = 1) -> Band:
    return Band(
        version=version,
        began=at(begin),
        ended=None if end is None else at(end),
        error_rate=0,
        latency_ms=0,
        jitter_ms=0,
        dependency_error_rate=0.07,
        dependency_latency_ms=0,
        started_by="ann",
        reason="drill",
        end="",
    )


def switched(begin: float, end: float | None, *off: str) -> PatternPeriod:
    return PatternPeriod(
        version=1,
        off=list(off),
        began_at=at(begin),
        ended_at=None if end is None else at(end),
    )


def told(found: list[Interval]) -> list[tuple[float, float, bool, tuple[str, ...]]]:
    return [
        (
            (each.began - START) / timedelta(minutes=1),
            (each.ended - START) / timedelta(minutes=1),
            each.fault is not None,
            each.off,
        )
        for each in found
    ]


def test_a_pattern_switched_off_under_a_fault_cuts_it_in_pieces() -> None:
    found = cut([fault(1, 5)], [switched(2, 3, "retry")], START, NOW)
    assert told(found) == [
        (3, 5, True, ()),
        (2, 3, True, ("retry",)),
        (1, 2, True, ()),
    ]


def test_the_time_in_which_nothing_was_on_is_none() -> None:
    assert cut([], [], START, NOW) == []
    assert told(cut([fault(1, 2), fault(4, 5, 2)], [], START, NOW)) == [
        (4, 5, True, ()),
        (1, 2, True, ()),
    ]


def test_what_goes_on_is_open_and_ends_now() -> None:
    (found,) = cut([fault(8, None)], [], START, NOW)
    assert (found.ended, found.open) == (NOW, True)
    (past,) = cut([fault(8, 9)], [], START, NOW)
    assert not past.open


def test_what_began_before_the_range_begins_with_it() -> None:
    (found,) = cut([fault(-30, 2)], [], START, NOW)
    assert found.began == START


def test_two_changes_right_after_another_make_no_interval() -> None:
    found = cut([fault(1, 1.01), fault(1.01, 3, 2)], [], START, NOW)
    assert told(found) == [(1.01, 3, True, ())]


def test_patterns_off_without_a_fault_are_an_interval_too() -> None:
    (found,) = cut([], [switched(1, 2, "breaker")], START, NOW)
    assert interval_json(found) == {
        "from": "2026-01-31T12:01:00.000Z",
        "to": "2026-01-31T12:02:00.000Z",
        "open": False,
        "fault": None,
        "patternsOff": ["breaker"],
    }
