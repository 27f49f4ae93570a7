"""When a failed call is worth another try: how often, how long after, and within which budget."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

MINUTE = 60  # seconds that the budget looks back


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    attempts: int = 3  # in all
    base: float = 1.0  # seconds
    jitter: float = 0.5  # share of the wait that is drawn, up and down
    budget: float = 0.1  # retries for each call of the last minute

    def backoff(self, failed: int, random: Random) -> float:
        """Seconds to wait after the failure of attempt `failed` (from 1): base x 2^n, drawn.

        The jitter keeps callers that failed together from coming back together (Brooker,
        "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
        """
        drawn = random.uniform(  # nosec B311 - spreads callers
            1 - self.jitter, 1 + self.jitter
        )
        return float(self.base * 2 ** (failed - 1) * drawn)


class RetryBudget:
    """At most `share` retries for each call of the last minute. Safe from any thread.

    A dependency that fails everything would otherwise get three times its load just when it
    can bear it least (Google, Site Reliability Engineering, chapter 21, "Handling Overload").

    `least` of them a minute are granted however few calls there are: from a share alone, one
    that is called now and then never gets any.
    """

    def __init__(
        self, share: float, *, monotonic: Callable[[], float], least: int = 0
    ) -> None:
        self._share = share
        self._least = least
        self._monotonic = monotonic
        self._lock = threading.Lock()
        # (second, calls, retries), oldest first: at most one entry for each of the minute
        self._seconds: deque[list[int]] = deque()
        self._calls = 0
        self._retries = 0
        self.taken = 0  # since the start
        self.refused = 0

    def call(self) -> None:
        """A call was made: its first attempt."""
        with self._lock:
            self._now()[1] += 1
            self._calls += 1

    def take(self) -> bool:
        """Whether one more retry fits; it is counted if so."""
        with self._lock:
            second = self._now()
            if self._retries + 1 > max(self._least, self._share * self._calls):
                self.refused += 1
                return False
            self.taken += 1
            second[2] += 1
            self._retries += 1
            return True

    def give_back(self) -> None:
        """One that was taken is not made after all."""
        with self._lock:
            self._now()
            self.taken -= 1
            for second in reversed(self._seconds):
                if second[2]:
                    second[2] -= 1
                    self._retries -= 1
                    break

    def used(self) -> tuple[int, int]:
        """Retries and calls of the last minute."""
        with self._lock:
            self._now()
            return self._retries, self._calls

    def _now(self) -> list[int]:
        now = int(self._monotonic())
        while self._seconds and self._seconds[0][0] <= now - MINUTE:
            _, calls, retries = self._seconds.popleft()
            self._calls -= calls
            self._retries -= retries
        if not self._seconds or self._seconds[-1][0] < now:
            self._seconds.append([now, 0, 0])
        return self._seconds[-1]
