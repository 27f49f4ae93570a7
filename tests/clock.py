"""A clock that moves when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime


class FakeClock:
    """Stands at `time`, which is its monotonic time and the epoch alike."""

    def __init__(self, time: float = 1000.0) -> None:
        self.time = time

    def monotonic(self) -> float:
        return self.time

    def epoch(self) -> float:
        return self.time

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time, UTC)

    def advance(self, seconds: float) -> None:
        self.time += seconds
