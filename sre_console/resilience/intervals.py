"""Recorded intervals: the times at which one fault and one set of patterns were in force.

What is compared with what is a choice of the operator's; this says what there is to choose from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from ironclad.envelope import timestamp
from sre_console.chaos.rows import database_now
from sre_console.chaos.selectors import Band, periods
from sre_console.models import PatternPeriod
from sre_console.resilience.periods import pattern_periods

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
    return cut(periods(since, until), pattern_periods(since, until), since, until)[
        :MOST
    ]


def cut(
    bands: list[Band], switched: list[PatternPeriod], since: datetime, until: datetime
) -> list[Interval]:
    """The time from `since` to `until` in pieces in which nothing changed, newest first."""
    ends: set[datetime] = {since, until}
    for band in bands:
        ends |= {band.began, band.ended or until}
    for period in switched:
        ends |= {period.began_at, period.ended_at or until}
    moments = sorted(end for end in ends if since <= end <= until)
    found = []
    for began, ended in pairwise(moments):
        fault = next(
            (b for b in bands if b.began <= began and (b.ended or until) >= ended), None
        )
        off = next(
            (
                tuple(p.off)
                for p in switched
                if p.began_at <= began and (p.ended_at or until) >= ended
            ),
            (),
        )
        if (fault or off) and ended - began >= SHORTEST:
            still = (fault is None or fault.ended is None) and ended == until
            found.append(Interval(began, ended, still, fault, off))
    return found[::-1]


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
