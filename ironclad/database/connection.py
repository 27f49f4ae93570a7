"""A PostgreSQL connection on which nothing waits longer than its deadline."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from django.conf import settings
from django.db.backends.postgresql.base import Cursor  # type: ignore[attr-defined]
from psycopg import errors
from psycopg.abc import PQGen

from ironclad.errors import DeadlineExceeded
from ironclad.observability.metrics import database_query_duration_seconds
from ironclad.resilience import deadline

if TYPE_CHECKING:
    from ironclad.database.pool import Pool

RV = TypeVar("RV")
_INTERVAL = 0.1  # seconds between psycopg's own looks at signals
# A rollback is still sent when the time is up, or a healthy connection would be lost.
_LEAST = 0.25


class GuardedConnection(psycopg.Connection[Any]):
    """Bounded in `wait`, through which each of psycopg's waits for the server passes.

    Statements, commits, rollbacks and the fetches of server-side cursors alike.
    A server that is stopped (SIGSTOP) answers nothing, and neither statement_timeout nor
    keepalives notice. At the deadline the socket is closed: the connection can't be used
    again, as nobody knows what the server will still do with what it was sent.
    """

    home: Pool | None = None
    born: float = 0.0  # monotonic
    generation: int = 0  # of its pool

    def wait(
        self,
        gen: PQGen[RV],
        interval: float = _INTERVAL,
        timeout: float | None = None,
    ) -> RV:
        """Raises DeadlineExceeded; a caller's own `timeout` (of notifies) stays its own."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, _time_left())
        except errors._WaitTimeout as late:  # noqa: SLF001 - psycopg's only sign of it
            self.pgconn.finish()
            raise DeadlineExceeded from late


class GuardedCursor(Cursor):  # type: ignore[misc] # Django has no types for it
    """Sends nothing once the time is up, and measures what it sends."""

    def execute(self, *args: Any, **options: Any) -> GuardedCursor:
        with _measured():
            super().execute(*args, **options)
        return self

    def executemany(self, *args: Any, **options: Any) -> None:
        with _measured():
            super().executemany(*args, **options)


def _time_left() -> float:
    try:
        return max(_LEAST, deadline.remaining(settings.DATABASE_DEADLINE))
    except DeadlineExceeded:
        return _LEAST


@contextmanager
def _measured() -> Iterator[None]:
    deadline.remaining(settings.DATABASE_DEADLINE)
    began = time.perf_counter()
    try:
        yield
    finally:
        database_query_duration_seconds.observe(time.perf_counter() - began)
