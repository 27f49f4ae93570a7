"""A bounded set of connections of one compartment.

Why not psycopg_pool: when the database is away it keeps every caller for the whole wait, and
after an outage its workers come back with a growing pause. Here the caller connects by
itself, learns a refusal at once, and the first call after the outage succeeds.
"""

from __future__ import annotations

import contextlib
import select
import threading
import time
from collections.abc import Callable

import psycopg
from psycopg.pq import TransactionStatus

from ironclad.database.connection import GuardedConnection
from ironclad.errors import DatabaseUnavailable, DeadlineExceeded, PoolExhausted
from ironclad.resilience import deadline

_OLDEST = 1800.0  # seconds; so that connections follow a database that moved
_RETRY_AFTER = 1  # whole seconds, for the client
# Until then the others take a failed connect for theirs: no storm on a weak server.
_PAUSE = 0.2
_CHECK = 1.0  # seconds for the round trip that shows a connection to be alive
# Seconds after an answer in which no round trip is made for that: a look at the socket is
# enough to see a server that has closed it. One that hangs is found as it is by whoever waits.
_FRESH = 0.5


class Pool:
    """`take` and `give_back` may be called from any thread."""

    def __init__(
        self, connect: Callable[[], GuardedConnection], *, size: int, wait: float
    ) -> None:
        self._connect = connect
        self._wait = wait
        self.size = size
        self.refused = 0  # callers who waited in vain
        self._places = threading.Semaphore(size)
        self._lock = threading.Lock()
        self._idle: list[GuardedConnection] = []
        self._away_until = 0.0  # monotonic
        self._generation = 0
        self.in_use = 0
        self.waiting = 0

    @property
    def idle(self) -> int:
        return len(self._idle)

    def take(self) -> GuardedConnection:
        """A connection that has just answered. Raises DatabaseUnavailable within `wait`."""
        most = deadline.remaining(self._wait)
        if not self._places.acquire(blocking=False) and not self._waited(most):
            with self._lock:
                self.refused += 1
            raise PoolExhausted(retry_after=_RETRY_AFTER)
        try:
            connection = self._healthy_idle() or self._new()
        except BaseException:
            self._places.release()
            raise
        with self._lock:
            self.in_use += 1
        return connection

    def give_back(self, connection: GuardedConnection) -> None:
        """Keep it if it can be used again, else close it."""
        keep = (
            not connection.closed
            and time.monotonic() - connection.born < _OLDEST
            and _clean(connection)
        )
        connection.answered = time.monotonic()
        with self._lock:
            self.in_use -= 1
            keep = keep and connection.generation == self._generation
            if keep:
                self._idle.append(connection)
        if not keep:
            _close(connection)
        self._places.release()

    def close(self) -> None:
        """Close what is idle; what is in use is closed when it comes back."""
        with self._lock:
            self._generation += 1
            idle, self._idle = self._idle, []
        for connection in idle:
            _close(connection)

    def _waited(self, most: float) -> bool:
        with self._lock:
            self.waiting += 1
        try:
            return self._places.acquire(timeout=most)
        finally:
            with self._lock:
                self.waiting -= 1

    def _healthy_idle(self) -> GuardedConnection | None:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            return None
        if time.monotonic() - connection.answered < _FRESH and _silent(connection):
            return connection
        try:
            with deadline.within(_CHECK):
                connection.quietly("")
        except (psycopg.Error, DeadlineExceeded):
            _close(connection)
            # The others broke at the same moment: don't let each caller find out anew.
            self.close()
            return None
        return connection

    def _new(self) -> GuardedConnection:
        if time.monotonic() < self._away_until:
            raise DatabaseUnavailable(retry_after=_RETRY_AFTER)
        generation = self._generation
        try:
            connection = self._connect()
        except (psycopg.Error, OSError) as error:
            self._away_until = time.monotonic() + _PAUSE
            raise DatabaseUnavailable(retry_after=_RETRY_AFTER) from error
        connection.home = self
        connection.born = time.monotonic()
        connection.generation = generation
        return connection


def _silent(connection: GuardedConnection) -> bool:
    """Whether nothing has come that nobody asked for: the server's last words, or its end."""
    try:
        ready, _, _ = select.select([connection.fileno()], [], [], 0)
    except (
        psycopg.Error,
        OSError,
        ValueError,
    ):  # closed, or a number select has no place for
        return False
    return not ready


def _clean(connection: GuardedConnection) -> bool:
    status = connection.info.transaction_status
    if status == TransactionStatus.IDLE and connection.autocommit:
        return True
    if status == TransactionStatus.ACTIVE:
        return False  # somebody left it in the middle of a statement
    try:
        connection.rollback()
        # Else the next look whether it is alive would begin a transaction.
        connection.autocommit = True
    except (psycopg.Error, DeadlineExceeded):
        return False
    return not connection.closed


def _close(connection: GuardedConnection) -> None:
    with contextlib.suppress(psycopg.Error):
        connection.close()
