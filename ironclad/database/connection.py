"""A PostgreSQL connection on which nothing waits longer than its deadline."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, LiteralString, Self, TypeVar, cast

import psycopg
from django.conf import settings
from django.db.backends.postgresql.base import Cursor  # type: ignore[attr-defined]
from psycopg import errors
from psycopg.abc import ConnDict, PQGen, PQGenConn

from ironclad.database import guard
from ironclad.database.address import resolved
from ironclad.errors import DeadlineExceeded
from ironclad.observability.metrics import database_query_duration_seconds
from ironclad.resilience import deadline
from ironclad.resilience.bulkhead import compartment
from ironclad.resilience.process import patterns

if TYPE_CHECKING:
    from ironclad.database.pool import Pool

RV = TypeVar("RV")
_INTERVAL = 0.1  # seconds between psycopg's own looks at signals
# A rollback is still sent when the time is up, or a healthy connection would be lost.
_LEAST = 0.25
_UNBOUNDED = 3600.0  # where the pattern is off, the request's own deadline is left


class GuardedConnection(psycopg.Connection[Any]):
    """Bounded in `wait`, through which each of psycopg's waits for the server passes.

    Statements, commits, rollbacks and the fetches of server-side cursors alike.
    A server that is stopped (SIGSTOP) answers nothing, and neither statement_timeout nor
    keepalives notice. At the deadline the socket is closed: the connection can't be used
    again, as nobody knows what the server will still do with what it was sent.
    """

    @classmethod
    def _get_connection_params(cls, conninfo: str, **more: Any) -> ConnDict:
        return resolved(super()._get_connection_params(conninfo, **more))

    @classmethod
    def _connect_gen(cls, conninfo: str = "") -> PQGenConn[Self]:
        """As psycopg's, but no longer than the deadline allows; libpq knows no less than 2 s.

        It is woken every 0.1 s. Raises DeadlineExceeded.
        """
        steps = super()._connect_gen(conninfo)
        try:
            waits = next(steps)
            while True:
                ready = yield waits
                deadline.remaining(_UNBOUNDED)
                waits = steps.send(ready)
        except StopIteration as done:
            return cast("Self", done.value)

    home: Pool | None = None
    born: float = 0.0  # monotonic
    generation: int = 0  # of its pool

    def quietly(self, statement: LiteralString) -> None:
        """Send what is no statement of the request that uses the connection."""
        psycopg.Cursor(self).execute(statement)

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

    def execute(self, query: Any, *args: Any, **options: Any) -> GuardedCursor:
        self._note(query)
        with _measured():
            super().execute(query, *args, **options)
        return self

    def executemany(self, query: Any, *args: Any, **options: Any) -> None:
        self._note(query)
        with _measured():
            super().executemany(query, *args, **options)

    def _note(self, query: Any) -> None:
        """Outside a transaction a statement is its own commit: see `Attempt.uncertain`."""
        attempt = guard.service().current()
        if attempt is not None and self.connection.autocommit and not _reads(query):
            attempt.uncertain = True


def _reads(query: Any) -> bool:
    return isinstance(query, str) and query.lstrip()[:6].upper() == "SELECT"


def _most() -> float:
    if compartment.get() == "service" and not patterns.on("deadline"):
        return _UNBOUNDED
    return float(settings.DATABASE_DEADLINE)


def _time_left() -> float:
    try:
        return max(_LEAST, deadline.remaining(_most()))
    except DeadlineExceeded:
        return _LEAST


@contextmanager
def _measured() -> Iterator[None]:
    deadline.remaining(_most())
    began = time.perf_counter()
    try:
        yield
    finally:
        database_query_duration_seconds.observe(time.perf_counter() - began)
