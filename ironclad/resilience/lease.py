"""Something that an operator put in force for a while, as one replica holds it.

The database's clock sets the end and a monotonic clock counts it down, so that neither a jump of
a wall clock nor a database that is gone can lengthen it: it ends at its expiry, or 5 s after
the database could last confirm it. A version that has ended here never starts again here.
Only whoever holds it can lengthen it, on purpose: each renewal has a number of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

LEASE = 5.0  # seconds after the last confirmation from the database

T = TypeVar("T")


class Monotonic(Protocol):
    def monotonic(self) -> float: ...


class Lease(Generic[T]):
    """Holds one value of type T. Changed on the event loop's thread alone.

    `started` is told the new value and the one before it, or None; `ended` that nothing holds.
    """

    def __init__(
        self,
        clock: Monotonic,
        *,
        started: Callable[[T, T | None], None],
        ended: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._started = started
        self._ended = ended
        self._value: T | None = None
        self._expires = 0.0  # monotonic
        self._leased_until = 0.0  # monotonic
        self._renewal = 0  # the newest of this version that was taken over
        self.version = 0  # the newest that the database has told us of
        self.closed = 0  # this version and all before it never start again here
        # A version that ended here while the database may still think it in force.
        self.to_end: int | None = None

    @property
    def value(self) -> T | None:
        """What is in force now."""
        self.sweep()
        return self._value

    @property
    def remaining(self) -> float:
        """Seconds until it expires; 0 where nothing is in force. A look from any thread."""
        now = self._clock.monotonic()
        held = self._value is not None and now < self.until
        return self._expires - now if held else 0.0

    @property
    def until(self) -> float:
        """The monotonic moment at which it ends unless it is confirmed again."""
        return min(self._expires, self._leased_until)

    def confirm(
        self,
        version: int,
        value: T | None,
        *,
        remaining: float,
        asked: float,
        renewal: int = 0,
    ) -> bool:
        """Take over what the database said; True when the version is a new one.

        `value` is None where it says that nothing is in force. `remaining` is in seconds by the
        database's clock; `asked` is the monotonic moment just before the query, so that a slow
        answer can shorten what is in force and never lengthen it. `renewal` only grows in the
        database; what says a later end under a number that is known is a clock that jumped.
        """
        self.sweep()
        if version < self.version:
            return False  # an answer that was overtaken by a newer one
        changed = version > self.version
        self.version = version
        if self.to_end is not None and (changed or value is None):
            self.to_end = None  # the database knows of the end
        if value is None or remaining <= 0:
            self.closed = max(self.closed, version)
        late = asked + LEASE <= self._clock.monotonic()
        if version <= self.closed or (late and changed):
            if self._value is not None:
                self._end(upto=version if version <= self.closed else version - 1)
        elif not late and value is not None:
            ends = asked + remaining
            if self._value is None or changed:
                self._start(value, ends=ends, asked=asked, renewal=renewal)
            else:
                self._confirm(value, ends=ends, asked=asked, renewal=renewal)
            self.sweep()
        return changed

    def stop(self) -> int | None:
        """End what is in force at once, in memory; its version, if there was any."""
        held = self.value is not None
        self.closed = max(self.closed, self.version)
        if not held:
            return None
        self.to_end = self.version
        self._end(upto=self.version)
        return self.version

    def sweep(self) -> None:
        """End what has expired, or could not be confirmed for 5 s."""
        if self._value is None:
            return
        now = self._clock.monotonic()
        if now >= self._leased_until and now < self._expires:
            self.to_end = self.version
        if now >= self.until:
            self._end(upto=self.version)

    def _start(self, value: T, *, ends: float, asked: float, renewal: int) -> None:
        before, self._value = self._value, value
        self._expires, self._renewal = ends, renewal
        self._leased_until = asked + LEASE
        self._started(value, before)

    def _confirm(self, value: T, *, ends: float, asked: float, renewal: int) -> None:
        if renewal > self._renewal:
            self._value, self._renewal, self._expires = value, renewal, ends
        elif renewal == self._renewal:
            self._expires = min(self._expires, ends)
        self._leased_until = max(self._leased_until, asked + LEASE)

    def _end(self, *, upto: int) -> None:
        self.closed = max(self.closed, upto)
        self._value = None
        self._ended()
