"""When requests are due, at a rate that may change: by the clock, whatever becomes of those before.

Plain Python and pure, as are shapes, book and knee: the pacer in Locust's environment imports them.
"""

from __future__ import annotations

import math
from collections.abc import Callable

Gap = Callable[[], float]


def even() -> float:
    """A constant arrival rate: each is due one interval after the one before."""
    return 1.0


class Arrivals:
    """Nothing is ever skipped: a pacer that was held up gets all that it owes, with the
    moments at which they were due. `gap` draws intervals in units of 1/rate: `even`, or an
    exponential draw for people who know nothing of each other.
    """

    def __init__(self, gap: Gap = even) -> None:
        self._gap = gap
        self._left = gap()  # of the interval that has begun, 0 to its whole
        self._at = 0.0
        self._rate = 0.0

    def take(self, now: float, rate: float) -> list[float]:
        """What was due since the last look, at the former rate; from `now` on it is `rate`."""
        due: list[float] = []
        if self._rate > 0:
            while (next_one := self._at + self._left / self._rate) <= now:
                due.append(next_one)
                self._at, self._left = next_one, self._gap()
            self._left -= (now - self._at) * self._rate
        self._at, self._rate = now, rate
        return due

    def wait(self) -> float:
        """Seconds from the last look to the next request; inf without a rate."""
        return self._left / self._rate if self._rate > 0 else math.inf
