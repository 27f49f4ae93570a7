"""Recorded intervals: the times at which one fault and one set of patterns were in force.

What is compared with what is a choice of the operator's; this says what there is to choose from.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Generic, TypeVar

from ironclad.envelope import timestamp
from sre_console.chaos.rows import database_now
from sre_console.chaos.selectors import Band, periods
from sre_console.models import PatternPeriod
from sre_console.resilience.periods import pattern_periods

T = TypeVar("T")
SINCE = timedelta(hours=24)
SHORTEST = timedelta(
    seconds=2
)  # shorter ones come from two changes right after another
MOST = 100


@dataclass(frozen=True, slots=True)
class Interval:
    began: datetime
    ended: datetime
    open: bool  # still going on
    fault: Band | None
    off: tuple[str, ...]  # patterns


def intervals(now: datetime | None = None) -> list[Interval]:
    """Those of the last day with a fault in force or a pattern off, newest first."""
    until = now or database_now()
    since = until - SINCE
    pieces = cut(periods(since, until), pattern_periods(since, until), since, until)
    return pieces[:MOST]


def cut(
    bands: list[Band], switched: list[PatternPeriod], since: datetime, until: datetime
) -> list[Interval]:
    """The time from `since` to `until` in pieces in which nothing changed, newest first.

    Of the bands no two overlap, nor of the periods: one ends where the next begins.
    """
    faults = _Timeline((band.began, band.ended or until, band) for band in bands)
    switch = _Timeline((p.began_at, p.ended_at or until, p) for p in switched)
    ends = {since, until, *faults.ends, *switch.ends}
    moments = sorted(end for end in ends if since <= end <= until)
    found = []
    for began, ended in pairwise(moments):
        fault, period = faults.during(began, ended), switch.during(began, ended)
        off = tuple(period.off) if period else ()
        if (fault or off) and ended - began >= SHORTEST:
            still = (fault is None or fault.ended is None) and ended == until
            found.append(Interval(began, ended, still, fault, off))
    return found[::-1]


class _Timeline(Generic[T]):
    """What held from when until when."""

    def __init__(self, held: Iterable[tuple[datetime, datetime, T]]) -> None:
        self._held = sorted(held, key=lambda each: each[0])
        self._begins = [began for began, _ended, _what in self._held]
        self.ends = {end for began, ended, _ in self._held for end in (began, ended)}

    def during(self, began: datetime, ended: datetime) -> T | None:
        place = bisect_right(self._begins, began) - 1
        if place < 0 or self._held[place][1] < ended:
            return None
        return self._held[place][2]


def intervals_json() -> list[dict[str, object]]:
    return [interval_json(each) for each in intervals()]


def interval_json(interval: Interval) -> dict[str, object]:
    fault = interval.fault
    return {
        "from": timestamp(interval.began),
        "to": timestamp(interval.ended),
        "open": interval.open,
        "fault": None
        if fault is None
        else {
            "version": fault.version,
            "errorRate": fault.error_rate,
            "latencyMs": fault.latency_ms,
            "dependencyErrorRate": fault.dependency_error_rate,
            "dependencyLatencyMs": fault.dependency_latency_ms,
        },
        "patternsOff": list(interval.off),
    }
