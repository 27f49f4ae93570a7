"""A healthy month before a moment, in the few rows that its windows look at.

Each window begins at a row of its own while time goes on, so that every count is exact, and a test
writes a tenth of what seeding does.
"""

from __future__ import annotations

from django.db import connection

from sre_console.slo import seeding
from sre_console.slo.objectives import objectives
from sre_console.slo.windows import WINDOWS, wall

AHEAD = 1200  # wall seconds that a test may last


def healthy_month(now: int, *, rate: float, scale: float) -> None:
    """`rate` good requests a wall second, up to `now` (epoch)."""
    spans = {
        wall(window, scale)
        for window in (*WINDOWS.values(), *(each.window for each in objectives()))
    }
    begin = now - max(spans) - seeding._MARGIN
    wanted = {
        second
        for span in spans
        for second in range(now - span - 2, min(now, now - span + AHEAD))
    }
    with connection.cursor() as cursor:
        cursor.execute(seeding._ORIGIN, [begin])
    filler = seeding._Filler(rate, 1, begin)
    for low, high in _ranges(sorted(wanted)):
        filler.fill(begin, low, high)


def _ranges(seconds: list[int]) -> list[tuple[int, int]]:
    """Those that follow each other, together."""
    found: list[tuple[int, int]] = []
    for second in seconds:
        if found and second == found[-1][1] + 1:
            found[-1] = (found[-1][0], second)
        else:
            found.append((second, second))
    return found
