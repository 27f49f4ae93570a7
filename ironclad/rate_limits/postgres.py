"""Counters in PostgreSQL, for replicas that share no Redis.

One statement counts, so any number of processes count together. The table is unlogged: nothing is
written ahead, and a crash forgets the counts of a minute. The connections are of their own, few,
and outside the pools and patterns of the service: a fault that is injected into its database is
not injected here, and a count that hangs costs no request more than `LONGEST`.
"""

from __future__ import annotations

import contextlib
import threading
from functools import cache
from typing import Any

import psycopg
from django.db import connections

from ironclad.clock import clock
from ironclad.database.connection import GuardedConnection
from ironclad.errors import DatabaseUnavailable, DeadlineExceeded
from ironclad.rate_limits.once import CountsOnce
from ironclad.resilience import deadline, process
from ironclad.resilience.breaker import Breaker, BreakerPolicy

CONNECTIONS = 4  # a replica; what finds none counts by itself
LONGEST = 0.3  # seconds for a count, its connection and the wait for one included
_OLDEST = 600.0  # seconds; so that connections follow a database that moved
_POLICY = BreakerPolicy(failures=3, open_seconds=5.0, trial_seconds=5.0)
_COUNT = """
INSERT INTO rate_count AS kept (key, count, expires_at)
VALUES (%s, 1, clock_timestamp() + %s * interval '1 second')
ON CONFLICT (key) DO UPDATE SET count = kept.count + 1
RETURNING count
"""


@cache
def breaker() -> Breaker:
    return process.breaker("rate-limits", _POLICY, title="The store of rate limits")


class _Connections:
    """The newest used first, so that one suffices while there is little to count."""

    def __init__(self) -> None:
        self._places = threading.Semaphore(CONNECTIONS)
        self._lock = threading.Lock()
        self._idle: list[GuardedConnection] = []

    def count(self, key: str, seconds: int) -> int:
        with deadline.within(LONGEST):
            if not self._places.acquire(timeout=LONGEST / 2):
                raise DatabaseUnavailable
            try:
                return self._counted(key, seconds)
            finally:
                self._places.release()

    def _counted(self, key: str, seconds: int) -> int:
        connection = self._take()
        try:
            row = psycopg.Cursor(connection).execute(_COUNT, (key, seconds)).fetchone()
        except BaseException:
            with contextlib.suppress(psycopg.Error):
                connection.close()
            self.close()  # the others broke at the same moment, or soon will
            raise
        with self._lock:
            self._idle.append(connection)
        return int(row[0]) if row else 0

    def _take(self) -> GuardedConnection:
        with self._lock:
            while self._idle:
                connection = self._idle.pop()
                if clock.monotonic() - connection.born < _OLDEST:
                    return connection
                connection.close()
        asked = connections["default"].get_connection_params()
        ours: dict[str, Any] = {
            "autocommit": True,
            "application_name": "ironclad rate limits",
            "cursor_factory": psycopg.Cursor,
        }
        made = GuardedConnection.connect(**{**asked, **ours})
        made.prepare_threshold = None  # also right behind a transaction pooler
        made.born = clock.monotonic()
        return made

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            with contextlib.suppress(psycopg.Error):
                connection.close()


shared = _Connections()


class CountsInPostgres(CountsOnce):
    """Raises psycopg's errors, DatabaseUnavailable, or CircuitOpen while nobody asks."""

    coarse = False  # the database has enough to do for a read

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def count(self, key: str, seconds: int) -> int:
        permit = breaker().permit()
        try:
            made = shared.count(key, seconds)
        except (psycopg.Error, DatabaseUnavailable, DeadlineExceeded, OSError):
            permit.failed()
            raise
        except BaseException:
            permit.succeeded()
            raise
        permit.succeeded()
        return made
