"""Reading what a forecast begins with: the past that its windows hold, and the traffic now."""

from __future__ import annotations

import math

from ironclad.clock import Clock, clock
from sre_console.gamedays.forecast.past import Counts, History
from sre_console.slo import lookup
from sre_console.slo.counters import Counters
from sre_console.slo.objectives import objectives
from sre_console.slo.standings import FRESH
from sre_console.slo.windows import WINDOWS, wall

_RECENT = 10  # seconds that the traffic is looked at
_MOST = 300  # moments that are looked up for each window


def rate_seen() -> float | None:
    """Requests a wall second of all replicas together, of late; None without any history."""
    newest = lookup.newest()
    if newest is None:
        return None
    before = lookup.at([newest.second - _RECENT]).get(newest.second - _RECENT)
    seen = newest.counters.since(before.counters) if before else Counters()
    return seen.total / max(seen.covered, 1)


def history_read(seconds: float, *, scale: float, by: Clock = clock) -> History:
    """What leaves the windows in so many wall seconds from now, in two queries.

    Second by second where few leave a window, and evenly spread where many do.
    """
    slos = tuple(objective.name for objective in objectives())
    newest = lookup.newest()
    if newest is None:
        return History.none(slos)
    end = math.floor(by.epoch()) - 1
    if abs(end - newest.second) <= FRESH:
        end = newest.second
    asked = {end}
    spans = {
        wall(window, scale)
        for window in (*WINDOWS.values(), *(each.window for each in objectives()))
    }
    for span in spans:
        leaves = min(span, math.ceil(seconds))
        step = max(1, math.ceil(leaves / _MOST))
        asked.update(range(end - span, end - span + leaves + step, step))
    rows = lookup.at({second for second in asked if second <= end})
    known = sorted(rows)
    # Before all history the look-up answers with its first row.
    origins = [row.second for second, row in rows.items() if row.second > second]
    return History(
        slos,
        tuple(float(second - end) for second in known),
        tuple(_counts(rows[second].counters, slos) for second in known),
        begins=float(origins[0] - end) if origins else -math.inf,
    )


def _counts(counters: Counters, slos: tuple[str, ...]) -> Counts:
    bad = (counters.bad_of(slo) for slo in slos)
    return (counters.total, counters.failed, counters.covered, *bad)
