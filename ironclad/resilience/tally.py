"""Counting failures until there are enough of them to open a breaker."""

from __future__ import annotations

import math
from collections import deque


class Tally:
    """Failures in a row."""

    def __init__(self, threshold: int) -> None:
        self.threshold = threshold
        self.failures = 0

    def add(self, *, good: bool) -> bool:
        """Count one call; whether that makes enough failures."""
        self.failures = 0 if good else self.failures + 1
        return self.failures >= self.threshold


class Window(Tally):
    """Failures among the last calls; judged once there were that many."""

    def __init__(self, calls: int, ratio: float) -> None:
        # rounded first: 0.3 x 10 is a hair above 3
        super().__init__(max(1, math.ceil(round(calls * ratio, 9))))
        self._last: deque[bool] = deque(maxlen=calls)

    def add(self, *, good: bool) -> bool:
        self._last.append(good)
        self.failures = len(self._last) - sum(self._last)
        return len(self._last) == self._last.maxlen and self.failures >= self.threshold
