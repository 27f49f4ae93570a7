"""A timer that is put off much more often than it goes off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class IdleTimer:
    """Setting, putting off and stopping are a sum each; the loop is asked once in a period.

    Twisted makes and throws away a call of its own, and a timer of the loop, for each request.
    """

    __slots__ = ("_due", "_handle", "_over", "_period")

    def __init__(self, over: Callable[[], object]) -> None:
        self._over = over
        self._period: float | None = None
        self._due = 0.0  # by the loop's clock
        self._handle: asyncio.TimerHandle | None = None

    def wait(self, period: float | None) -> None:
        """Go off in so many seconds; None: not at all, until this is called again."""
        self._period = period
        if period is None:
            return
        loop = asyncio.get_running_loop()
        self._due = loop.time() + period
        if self._handle is not None and self._handle.when() > self._due:
            self.stop()
        if self._handle is None:
            self._handle = loop.call_at(self._due, self._look)

    def begin_again(self) -> None:
        """The period from now on, where it waits at all."""
        if self._period is not None:
            self._due = asyncio.get_running_loop().time() + self._period

    def stop(self) -> None:
        """Nothing of it is left in the loop."""
        if self._handle is not None:
            self._handle.cancel()
        self._handle = None

    def _look(self) -> None:
        self._handle = None
        if self._period is None:
            return
        loop = asyncio.get_running_loop()
        if self._due > loop.time():
            self._handle = loop.call_at(self._due, self._look)
        else:
            self._period = None
            self._over()
