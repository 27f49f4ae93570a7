"""Filling gaps of the history with healthy events, marked as seeded.

Without history a window is only as long as what has been measured, and the first fault after a
pause would page at once (sre_console.slo.budget.fires_after). Seeded events have no latencies:
nothing is drawn where nothing was measured.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from sre_console.slo import lookup, pruning
from sre_console.slo.counters import Counters
from sre_console.slo.timeline import shift, tails

_MARGIN = 120  # wall seconds before the longest window, so that its start has a row
_GAPS = """
SELECT extract(epoch FROM earlier)::bigint, extract(epoch FROM second)::bigint,
       extract(epoch FROM second - earlier)::bigint - grown
FROM (SELECT second, lag(second) OVER w AS earlier, covered - lag(covered) OVER w AS grown
      FROM sli_timeline WHERE second >= %s WINDOW w AS (ORDER BY second)) AS pairs
WHERE second - earlier > grown * interval '1 second' ORDER BY 1
"""
# New rows at the level of one that is there, plus what the traffic would have brought since.
_INSERT = """
INSERT INTO sli_timeline
    (second, total, failed, exercise, seeded, covered, bad, histogram, work)
SELECT s, base.total + n, base.failed, base.exercise, base.seeded + n,
       base.covered + away, base.bad, base.histogram, base.work
FROM sli_timeline AS base,
     (SELECT generate_series(%(low)s::bigint, %(high)s, %(step)s)
      UNION SELECT %(high)s::bigint) AS g(epoch),
     LATERAL (SELECT to_timestamp(epoch) AS s,
                     epoch - extract(epoch FROM base.second)::bigint AS away) AS at,
     LATERAL (SELECT floor(away * %(rate)s::float8)::bigint AS n) AS events
WHERE base.second = to_timestamp(%(base)s)
ON CONFLICT (second) DO NOTHING
"""
_ORIGIN = """
INSERT INTO sli_timeline
    (second, total, failed, exercise, seeded, covered, bad, histogram)
VALUES (to_timestamp(%s), 0, 0, 0, 0, 0, '{}', '{}') ON CONFLICT (second) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class _Filler:
    """Writes seeded rows on the grid that pruning would leave anyway."""

    rate: float  # events a wall second
    grid: int
    fine_from: int  # epoch second; a row for every second from here on

    def fill(self, base: int, low: int, high: int) -> None:
        """Seeded rows for the seconds low..high, counted from the row at `base`."""
        coarse_until = min(high, self.fine_from - 1)
        if low <= coarse_until:
            first = -(-low // self.grid) * self.grid
            self._insert(base, first, coarse_until, self.grid)
        if max(low, self.fine_from) <= high:
            self._insert(base, max(low, self.fine_from), high, 1)

    def _insert(self, base: int, low: int, high: int, step: int) -> None:
        values = {
            "base": base, "low": low, "high": high, "step": step, "rate": self.rate,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, values)


def seed_gaps(now: float, *, scale: float, rps: float, period: float) -> int:
    """Fill every gap of the window that ends at `now` (epoch); seconds that were filled.

    `period` is the longest window in production seconds. Run it in a transaction in which nobody
    else writes the timeline (the evaluator's). Counters before what is there go below zero: only
    differences mean anything.
    """
    last_second = int(now) - 1  # the second that is running has no row yet
    begin = int(now - period / scale) - _MARGIN
    step = pruning.grid(scale)
    filler = _Filler(rps, step, int(now) - pruning.FINE)
    newest = lookup.newest()
    if newest is None:
        with connection.cursor() as cursor:
            cursor.execute(_ORIGIN, [begin])
        filler.fill(begin, begin + 1, last_second)
        return last_second - begin
    filled = _fill_before(filler, begin) + _fill_between(filler, begin)
    if newest.second < last_second:
        filler.fill(newest.second, newest.second + 1, last_second)
        filled += last_second - newest.second
    return filled


def _fill_before(filler: _Filler, begin: int) -> int:
    origin = lookup.at([begin])[begin].second
    if origin <= begin:
        return 0
    filler.fill(origin, begin, origin - 1)
    return origin - begin


def _fill_between(filler: _Filler, begin: int) -> int:
    """Close the gaps between rows; what follows a gap is moved up by its events."""
    start = lookup.at([begin])[begin].second
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, [lookup.moment(start)])
        gaps: list[tuple[int, int, int]] = cursor.fetchall()
    if not gaps:
        return 0
    deltas: dict[int, Counters] = {}
    for earlier, later, missing in gaps:
        if missing == later - earlier - 1:  # an empty gap: it gets rows of its own
            filler.fill(earlier, earlier + 1, later - 1)
        events = int(missing * filler.rate)
        # the new rows already count the events of their own gap, so move only what follows
        deltas[later] = Counters(total=events, seeded=events, covered=missing)
    shift(tails(deltas))
    return sum(missing for *_, missing in gaps)
