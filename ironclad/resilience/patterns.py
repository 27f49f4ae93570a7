"""Which resilience patterns are in force in this process.

All are, the cache for reads among them, unless an operator has switched some off for a while to see what they are good for.
That is held as a lease: it ends by itself, whatever happens to the database.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from ironclad.errors import (
    BulkheadFull,
    CircuitOpen,
    DeadlineExceeded,
    IroncladError,
    PoolExhausted,
)
from ironclad.resilience.lease import Lease, Monotonic

Pattern: TypeAlias = Literal["breaker", "retry", "bulkhead", "deadline", "cache"]
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)
NONE: frozenset[Pattern] = frozenset()


class Patterns:
    """`on` may be asked from any thread; the rest belongs to the event loop's thread."""

    def __init__(self, clock: Monotonic) -> None:
        self._clock = clock
        # Replaced as a whole, so that whoever reads it needs no lock.
        self._off: tuple[frozenset[Pattern], float] = (NONE, 0.0)
        self._lease: Lease[frozenset[Pattern]] = Lease(
            clock, started=lambda _off, _before: None, ended=lambda: None
        )

    def on(self, pattern: Pattern) -> bool:
        off, until = self._off
        return pattern not in off or self._clock.monotonic() >= until

    @property
    def off(self) -> frozenset[Pattern]:
        """Those that are switched off now."""
        off, until = self._off
        return off if self._clock.monotonic() < until else NONE

    @property
    def version(self) -> int:
        return self._lease.version

    @property
    def remaining(self) -> float:
        """Seconds until those that are off are on again; 0 where none is off."""
        return self._lease.remaining

    @property
    def to_end(self) -> int | None:
        """A version that ended here while the database may still think it in force."""
        return self._lease.to_end

    def confirm(
        self,
        version: int,
        off: frozenset[Pattern],
        *,
        remaining: float,
        asked: float,
    ) -> bool:
        """Take over what the database said; see `Lease.confirm`."""
        changed = self._lease.confirm(
            version, off or None, remaining=remaining, asked=asked
        )
        self._take_over()
        return changed

    def restore(self) -> int | None:
        """Switch all of them on again at once; the version that was ended, if any."""
        ended = self._lease.stop()
        self._take_over()
        return ended

    def sweep(self) -> None:
        """Notice an end that came by itself; `on` knows of it in any case."""
        self._lease.sweep()
        self._take_over()

    def _take_over(self) -> None:
        off = self._lease.value
        self._off = (NONE, 0.0) if off is None else (off, self._lease.until)


def pattern_of(error: IroncladError) -> Pattern | None:
    """The pattern that refused or cut a request with this error; None: no pattern did."""
    if isinstance(error, CircuitOpen):
        return "breaker"
    if isinstance(error, BulkheadFull | PoolExhausted):
        return "bulkhead"
    if isinstance(error, DeadlineExceeded):
        return "deadline"
    return None
