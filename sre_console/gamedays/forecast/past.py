"""What was counted before a run, as far as its windows look back. Pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

# Cumulative counts: total, failed (5xx), covered seconds, then bad of each SLO in order.
Counts = tuple[int, ...]
TOTAL, FAILED, COVERED, FIRST_SLO = range(4)
_HAIR = 1e-6  # of an event: a product that should be whole may fall short of it


def whole(count: float) -> int:
    """Events that have happened wholly."""
    return math.floor(count + _HAIR)


@dataclass(frozen=True, slots=True)
class History:
    """Cumulative counts at moments up to the start of the run, which is moment 0.

    Before the first moment nothing is known to have happened; between two of them events are
    taken to have come evenly.
    """

    slos: tuple[str, ...]
    moments: tuple[float, ...]  # wall seconds, ascending, the last one 0
    counts: tuple[Counts, ...]
    begins: float = -math.inf  # when counting began, if that is within the moments

    @classmethod
    def none(cls, slos: Sequence[str]) -> History:
        nothing = (0,) * (FIRST_SLO + len(slos))
        return cls(tuple(slos), (0.0,), (nothing,), begins=0.0)

    @classmethod
    def healthy(cls, slos: Sequence[str], *, rate: float, seconds: float) -> History:
        """So many wall seconds of requests at a rate, none of them bad."""
        now = (whole(rate * seconds), 0, whole(seconds), *(0 for _ in slos))
        nothing = (0,) * len(now)
        return cls(tuple(slos), (-seconds, 0.0), (nothing, now), begins=-seconds)

    def at(self, moment: float) -> Counts:
        """The counts at a moment before the run, 0 at the latest."""
        place = bisect_right(self.moments, moment)
        if place == 0:
            return self.counts[0]
        if place == len(self.moments):
            return self.counts[-1]
        begin, end = self.moments[place - 1], self.moments[place]
        share = (moment - begin) / (end - begin)
        # Rounded down, as the requests of the run are: windows that end in it and begin here
        # hold whole requests.
        return tuple(
            whole(a + (b - a) * share)
            for a, b in zip(self.counts[place - 1], self.counts[place], strict=True)
        )

    def covered(self, window: float) -> float:
        """Seconds that hold data, of so many before the run."""
        return self.counts[-1][COVERED] - self.at(-window)[COVERED]
