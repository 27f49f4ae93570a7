"""How far behind those are that receive the write-ahead log. Pure.

What a replica has is told by its replication slot: what would be lost if the primary were gone
now. The application's role may read that; the seconds that PostgreSQL itself measures it may not,
so they are counted here, from where the log was when.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

# Moments that are remembered, and seconds between them: nobody is told to be later than this.
_MOST, _EVERY = 2048, 5.0
_APART = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Slot:
    """A physical replication slot. Positions in the log are bytes from its beginning."""

    name: str
    connected: bool
    position: int | None  # what is there for good; None: it can never follow again


@dataclass(frozen=True, slots=True)
class ReplicaLag:
    name: str
    connected: bool
    bytes: int | None  # of the log that it has not; None: it can never follow again
    seconds: float  # since it has not had all that was written


class LagClock:
    """Remembers where the log was when; one for each process, which knows its own time only."""

    def __init__(self) -> None:
        # seconds, position; both rise
        self._moments: deque[tuple[float, int]] = deque(maxlen=_MOST)
        self._lock = Lock()  # pages and the evaluator look at the same time

    def lags(
        self, slots: Iterable[Slot], *, written: int, at: float, segment: int
    ) -> tuple[ReplicaLag, ...]:
        """At `at` (seconds of any steady clock) with the log written up to `written`.

        Less than a `segment` (bytes) behind is not late for one that is connected: a receiver
        that keeps whole files tells of a file when it is whole.
        """
        with self._lock:
            self._remember(at, written, segment)
            return tuple(self._lag(slot, written, at, segment) for slot in slots)

    def _lag(self, slot: Slot, written: int, at: float, segment: int) -> ReplicaLag:
        if slot.position is None:
            return ReplicaLag(slot.name, slot.connected, None, self._since(-1, at))
        behind = max(0, written - slot.position)
        late = not slot.connected or behind >= segment
        seconds = self._since(slot.position, at) if late else 0.0
        return ReplicaLag(slot.name, slot.connected, behind, seconds)

    def _since(self, position: int, at: float) -> float:
        """Seconds since more than `position` was written."""
        began = next((t for t, written in self._moments if written > position), at)
        return at - began

    def _remember(self, at: float, written: int, segment: int) -> None:
        last_at, last = self._moments[-1] if self._moments else (at, -1)
        # Of two that look at once the second may be told what was before.
        if written < last - segment or at < last_at - _APART:
            self._moments.clear()  # another server, or another clock
        elif self._moments and (at < last_at + _EVERY or written <= last):
            return
        self._moments.append((at, written))
