"""Time: one monotonic clock for durations, database time for moments.

All moments that are stored or shown are database time, so that replicas agree. The offset
between the two is learnt from the database now and then and carried by the monotonic clock in between.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Protocol

# Counts through a laptop's sleep where the system has such a clock: a fault must not
# outlive its expiry because the lid was closed.
_SOURCE = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Clock(Protocol):
    def monotonic(self) -> float:
        """Seconds that never go back; only differences mean anything."""

    def epoch(self) -> float:
        """Database time now, in seconds since 1970."""

    def now(self) -> datetime:
        """Database time now, aware, in UTC."""


class DatabaseClock:
    """Database time carried by the monotonic clock. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset = time.time() - self.monotonic()
        self.learnt = False

    def monotonic(self) -> float:
        return time.clock_gettime(_SOURCE)

    def epoch(self) -> float:
        return self.monotonic() + self._offset

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.epoch(), UTC)

    def learn(self, database_epoch: float, asked: float, answered: float) -> None:
        """Take over the offset seen in one round trip.

        `asked` and `answered` are monotonic seconds just before and after it; the
        database's reading is taken to lie in the middle.
        """
        with self._lock:
            self._offset = database_epoch - (asked + answered) / 2
            self.learnt = True


clock = DatabaseClock()
