"""The past that a chart starts from: columns of at most some 600 points."""

from __future__ import annotations

from django.conf import settings

from sre_console.live import snapshot
from sre_console.live.firings import firings
from sre_console.resilience.periods import pattern_periods_json
from sre_console.resilience.transitions import transitions_json
from sre_console.slo import lookup
from sre_console.slo.curve import StoredLevels, columns, points
from sre_console.slo.objectives import period

MOST = 600  # points; the step grows with the range


def series(seconds: int | None) -> dict[str, object]:
    """The last `seconds` wall seconds, or all there is; times in epoch seconds."""
    newest = lookup.newest()
    if newest is None:
        return _columns([], 1)
    end = newest.second
    longest = int(period().total_seconds() / settings.CLOCK_SCALE)
    origin = lookup.at([end - longest])[end - longest].second
    span = min(seconds or longest, end - origin)
    step = max(1, -(-span // MOST))
    # on multiples of the step, so that a reload draws the same points
    last = end // step * step if step > 1 else end
    first = max(end - span, origin) + 1
    return _columns(range(last - (last - first) // step * step, last + 1, step), step)


def _columns(at: range | list[int], step: int) -> dict[str, object]:
    found = points(StoredLevels(at, step), at, step) if at else []
    begin, end = (at[0] - step + 1, at[-1] + 1) if at else (0, 0)
    since, until = lookup.moment(begin), lookup.moment(end)
    return {
        "from": begin,
        "to": end,
        "step": step,
        **columns(found),
        "limited": [point.limited for point in found],
        "bands": snapshot.bands(since, until) if at else [],
        "breaches": firings(since, until) if at else [],
        "transitions": transitions_json(since, until) if at else [],
        "patternPeriods": pattern_periods_json(since, until) if at else [],
    }
