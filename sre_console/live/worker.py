"""A thread for one kind of database work, that the event loop never waits for.

The thread keeps its own connection. A call that hangs keeps only its own thread busy, until the
guarded backend cuts it at its deadline; meanwhile the next one is refused, not queued.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

import psycopg
from django.db import Error, connection

from ironclad.errors import DatabaseUnavailable, DeadlineExceeded
from ironclad.observability.metrics import bulkhead_rejected_total
from ironclad.resilience.bulkhead import Compartment, compartment
from ironclad.resilience.deadline import within

T = TypeVar("T")
# Every way in which a database that is refusing, gone or hung shows itself.
DATABASE_AWAY = (
    DatabaseUnavailable, DeadlineExceeded, Error, psycopg.Error, TimeoutError, OSError,
)  # fmt: skip


class Busy(DatabaseUnavailable):
    """The call before has not come back yet."""

    default_message = "The database has not answered the call before."


def forget_connection() -> None:
    """Drop this thread's connection; the next use makes a new one."""
    with contextlib.suppress(Exception):  # it may be broken in any way by now
        connection.close()


class Worker:
    """Runs one call at a time in a daemon thread; a process may exit while it hangs."""

    def __init__(self, name: str, belongs_to: Compartment = "background") -> None:
        self._name = name
        self._compartment: Compartment = belongs_to
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._ending: threading.Thread | None = None
        self.busy = False
        self.refused = 0  # calls that came while it was busy

    async def run(self, call: Callable[[], T], *, within_seconds: float) -> T:
        """The call's result. Raises Busy, TimeoutError, or what the call raised."""
        if self.busy:
            self.refused += 1
            if self._compartment == "background":  # others wait for it, or count it
                bulkhead_rejected_total.labels("background").inc()
            raise Busy
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._serve, name=self._name, daemon=True
            )
            self._thread.start()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self.busy = True
        self._calls.put(lambda: self._run(call, within_seconds, loop, done))
        # The thread has the same deadline; the rest is for a socket that is being cut.
        async with asyncio.timeout(within_seconds + 0.5):
            return await asyncio.shield(done)

    def close(self) -> None:
        """Have the thread give its connection back and end, after the call it is at."""
        if self._thread is not None:
            self._calls.put(None)
            self._ending, self._thread = self._thread, None

    def join(self, seconds: float) -> bool:
        """Wait for the end of a closed worker; whether it has ended."""
        if self._ending is None:
            return True
        self._ending.join(seconds)
        return not self._ending.is_alive()

    def _serve(self) -> None:
        compartment.set(self._compartment)
        while (call := self._calls.get()) is not None:
            call()
        forget_connection()

    def _run(
        self,
        call: Callable[[], T],
        seconds: float,
        loop: asyncio.AbstractEventLoop,
        done: asyncio.Future[T],
    ) -> None:
        result: T | None = None
        failure: BaseException | None = None
        try:
            with within(seconds):
                result = call()
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            failure = error
            forget_connection()
        if self._compartment != "background":
            forget_connection()  # back to its pool

        def settle() -> None:
            self.busy = False
            if done.done():
                return
            if failure is None:
                done.set_result(result)  # type: ignore[arg-type]
            else:
                done.set_exception(failure)
                done.exception()  # read, should nobody wait any more

        with contextlib.suppress(RuntimeError):  # the loop is closed: the process ends
            loop.call_soon_threadsafe(settle)
