"""The time left for the current work, handed down so that no inner wait outlasts it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ironclad.clock import clock
from ironclad.errors import DeadlineExceeded

_ends: ContextVar[float | None] = ContextVar("deadline", default=None)


def remaining(most: float) -> float:
    """Seconds that a wait may take: `most`, or less when the deadline is nearer.

    Raises DeadlineExceeded when nothing is left.
    """
    ends = _ends.get()
    if ends is None:
        return most
    left = ends - clock.monotonic()
    if left <= 0:
        raise DeadlineExceeded
    return min(most, left)


def left() -> float:
    """Seconds until the deadline, negative when it has passed; infinite without one."""
    ends = _ends.get()
    return math.inf if ends is None else ends - clock.monotonic()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give the work inside at most this long; an outer, nearer deadline stays in force."""
    ends = clock.monotonic() + seconds
    outer = _ends.get()
    token = _ends.set(ends if outer is None else min(outer, ends))
    try:
        yield
    finally:
        _ends.reset(token)
