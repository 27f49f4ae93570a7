"""The charts of any span of time: columns and marks as the Live page's charts take them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from sre_console.chaos.selectors import band_json, periods
from sre_console.resilience.periods import pattern_periods_json
from sre_console.resilience.transitions import transitions_json
from sre_console.slo import lookup
from sre_console.slo.curve import StoredLevels, columns, points
from sre_console.slo.objectives import period

MOST = 300  # points
MARKS = 200  # of a kind
_AROUND = 0.25  # of its length is shown before it, and after it while there is more
_LEAST, _MOST_AROUND = 30.0, 3600.0  # wall seconds of that

Json = dict[str, object]


def before(began: datetime, until: datetime) -> datetime:
    """From when on something is shown, so that one sees what it was like before."""
    return began - around(began, until)


def around(began: datetime, until: datetime) -> timedelta:
    """How much is shown before something, and after it."""
    lasted = (until - began).total_seconds()
    return timedelta(seconds=min(max(lasted * _AROUND, _LEAST), _MOST_AROUND))


def series_read(since: datetime, until: datetime) -> Json:
    """Times in epoch seconds; without a point where the timeline has forgotten it.

    Without the alerts' firings (`breaches`): the caller knows which of them belong to it.
    """
    at, step = _grid(since.timestamp(), until.timestamp())
    found = points(StoredLevels(at, step), at, step) if at else []
    return {
        "from": int(since.timestamp()),
        "to": int(until.timestamp()),
        "step": step,
        **columns(found),
        "bands": [band_json(band) for band in periods(since, until, MARKS)],
        "transitions": transitions_json(since, until),
        "patternPeriods": pattern_periods_json(since, until),
    }


def _grid(since: float, until: float) -> tuple[range, int]:
    """The seconds that are drawn, of those that the timeline still has."""
    newest = lookup.newest()
    if newest is None:
        return range(0), 1
    longest = int(period().total_seconds() / settings.CLOCK_SCALE)
    last = min(int(until) - 1, newest.second)
    oldest = newest.second - longest
    first = max(int(since), lookup.at([oldest])[oldest].second + 1)
    step = max(1, -(-(last - first + 1) // MOST))
    return range(first + step - 1, last + 1, step), step
