"""Background work that lets requests go first.

A thread of Python computes only while it holds the interpreter's lock. A request that meets work of
some tens of milliseconds shares the lock with it and takes twice as long, and where that comes once
a second, so do the slowest of a hundred requests. Such work can wait, between two of its
statements, for the few milliseconds in which a request is inside.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from ironclad.clock import clock
from ironclad.resilience.process import bulkheads

# Seconds that one statement is kept waiting at most: longer than most requests take. A request
# that waits itself, for a lock or a slow database, keeps nobody here.
AT_ONCE = 0.02
_LOOK = 0.001  # seconds between two looks


@dataclass(slots=True)
class _Patience:
    left: float  # seconds


_patience: ContextVar[_Patience | None] = ContextVar("patience", default=None)


@contextmanager
def yielding(seconds: float) -> Iterator[None]:
    """Have the work inside give way to service requests, for so long in all."""
    token = _patience.set(_Patience(seconds))
    try:
        yield
    finally:
        _patience.reset(token)


def give_way() -> None:
    """Wait while a service request is inside; at once where the caller is not `yielding`."""
    patience = _patience.get()
    if patience is None or patience.left <= 0:
        return
    requests = bulkheads.get("service")
    if requests is None or not requests.in_use:
        return
    began = clock.monotonic()
    most = min(AT_ONCE, patience.left)
    while requests.in_use and clock.monotonic() - began < most:
        time.sleep(_LOOK)
    patience.left -= clock.monotonic() - began
