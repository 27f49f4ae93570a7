"""A clock that moves when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime


class FakeClock:
    def __init__(self, monotonic: float = 1000.0) -> None:
        self._monotonic = monotonic

    def monotonic(self) -> float:
        return self._monotonic

    def epoch(self) -> float:
        return 1_800_000_000 + self._monotonic

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.epoch(), UTC)

    def advance(self, seconds: float) -> None:
        self._monotonic += seconds
