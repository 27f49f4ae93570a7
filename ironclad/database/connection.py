"""A PostgreSQL connection on which nothing waits longer than its deadline."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, LiteralString, Self, TypeVar, cast

import psycopg
from django.conf import settings
from django.db.backends.postgresql.base import Cursor  # type: ignore[attr-defined]
from psycopg import errors
from psycopg._preparing import Prepare, PrepareManager
from psycopg.abc import ConnDict, PQGen, PQGenConn

from ironclad.database import guard
from ironclad.database.address import prefer, resolved
from ironclad.database.credentials import credentials
from ironclad.errors import DeadlineExceeded
from ironclad.observability.metrics import database_query_duration_seconds
from ironclad.resilience import deadline
from ironclad.resilience.bulkhead import compartment
from ironclad.resilience.process import patterns
from ironclad.resilience.yielding import give_way

if TYPE_CHECKING:
    from psycopg._queries import PostgresQuery

    from ironclad.database.pool import Pool

RV = TypeVar("RV")
_INTERVAL = 0.1  # seconds between psycopg's own looks at signals
# A rollback is still sent when the time is up, or a healthy connection would be lost.
_LEAST = 0.25
# Seconds for one statement where it is no request that waits: a migration.
statement_limit: ContextVar[float | None] = ContextVar("statement_limit", default=None)
_UNBOUNDED = 3600.0  # where the pattern is off, the request's own deadline is left
# Seconds for one of several servers, or half of what is left: the others get their turn.
_EACH = 2.0
_ONE_OF_SEVERAL = "target_session_attrs="
# Statements that the server keeps for one connection: each holds memory there.
_MOST_PREPARED = 20
_PREPARED_AFTER = 5  # times
_WHO = "SELECT pg_backend_pid()"


class NamedByText(PrepareManager):
    """Names a statement by what it says, and not by a number.

    Should a session turn out to be another client's, it has this statement under this name or
    none: never somebody else's, whose answer would be taken for ours.
    """

    prepare_threshold = _PREPARED_AFTER
    prepared_max = _MOST_PREPARED

    def get(
        self,
        query: PostgresQuery,
        prepare: bool | None = None,  # noqa: FBT001 - psycopg's signature
    ) -> tuple[Prepare, bytes]:
        step, name = super().get(query, prepare)
        if step is Prepare.SHOULD:
            text = repr(self.key(query)).encode()
            name = b"ironclad_" + blake2b(text, digest_size=16).hexdigest().encode()
        return step, name


class GuardedConnection(psycopg.Connection[Any]):
    """Bounded in `wait`, through which each of psycopg's waits for the server passes.

    Statements, commits, rollbacks and the fetches of server-side cursors alike.
    A server that is stopped (SIGSTOP) answers nothing, and neither statement_timeout nor
    keepalives notice. At the deadline the socket is closed: the connection can't be used
    again, as nobody knows what the server will still do with what it was sent.
    """

    @classmethod
    def connect(cls, conninfo: str = "", **params: Any) -> Self:
        """As psycopg's, with the password of now where the one of the start is refused."""
        known = credentials()
        used = known.of(params)
        try:
            made = super().connect(conninfo, **used)
        except psycopg.OperationalError:
            if not known.renewed(used):
                raise
            made = super().connect(conninfo, **known.of(params))
        prefer(made.info.host, str(made.info.port))
        return made

    @classmethod
    def _get_connection_params(cls, conninfo: str, **more: Any) -> ConnDict:
        return resolved(super()._get_connection_params(conninfo, **more))

    @classmethod
    def _connect_gen(cls, conninfo: str = "") -> PQGenConn[Self]:
        """As psycopg's, but no longer than the deadline allows; libpq knows no less than 2 s.

        It is woken every 0.1 s. Raises DeadlineExceeded, and ConnectionTimeout where another
        server may answer instead.
        """
        steps = super()._connect_gen(conninfo)
        several = _ONE_OF_SEVERAL in conninfo
        patience = min(_EACH, deadline.left() / 2) if several else _UNBOUNDED
        ends = time.monotonic() + patience
        try:
            waits = next(steps)
            while True:
                ready = yield waits
                deadline.remaining(_UNBOUNDED)
                if time.monotonic() > ends:
                    message = f"no answer within {patience:.1f} s"
                    raise errors.ConnectionTimeout(message)
                waits = steps.send(ready)
        except StopIteration as done:
            return cast("Self", done.value)

    home: Pool | None = None
    born: float = 0.0  # monotonic
    answered: float = 0.0  # likewise: when it was last given back
    generation: int = 0  # of its pool
    _prepares: bool | None = None  # not known yet

    def quietly(self, statement: LiteralString) -> None:
        """Send what is no statement of the request that uses the connection."""
        psycopg.Cursor(self).execute(statement)

    def may_prepare(self) -> bool:
        """Whether the server may keep statements for this connection."""
        if self._prepares is None:
            asked = settings.PREPARED_STATEMENTS
            self._prepares = asked == "on" or (asked == "auto" and self._is_alone())
            if self._prepares:
                self._prepared = NamedByText()
        return self._prepares

    def forget_prepared(self, *, for_good: bool) -> None:
        """What was prepared can't be relied on; `for_good`: nor can what would be."""
        self._prepared.clear()
        if for_good:
            self._prepares = False
            self.prepare_threshold = None

    def _is_alone(self) -> bool:
        """Whether the process that answers is the one that let us in.

        A pooler (pgbouncer, say) lets clients in itself, and gives them a number of its own.
        """
        answer = psycopg.Cursor(self).execute(_WHO).fetchone()
        return answer == (self.info.backend_pid,)

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
        give_way()
        self._note(query)
        with measured():
            super().execute(query, *args, **options)
        return self

    def executemany(self, query: Any, *args: Any, **options: Any) -> None:
        give_way()
        self._note(query)
        with measured():
            super().executemany(query, *args, **options)

    def _note(self, query: Any) -> None:
        """Outside a transaction a statement is its own commit: see `Attempt.uncertain`."""
        attempt = guard.service().current()
        if attempt is not None and self.connection.autocommit and not _reads(query):
            attempt.uncertain = True


def _reads(query: Any) -> bool:
    return isinstance(query, str) and query.lstrip()[:6].upper() == "SELECT"


def _most() -> float:
    if (limit := statement_limit.get()) is not None:
        return limit
    if compartment.get() == "service" and not patterns.on("deadline"):
        return _UNBOUNDED
    return float(settings.DATABASE_DEADLINE)


def _time_left() -> float:
    try:
        return max(_LEAST, deadline.remaining(_most()))
    except DeadlineExceeded:
        return _LEAST


@contextmanager
def measured() -> Iterator[None]:
    deadline.remaining(_most())
    began = time.perf_counter()
    try:
        yield
    finally:
        database_query_duration_seconds.observe(time.perf_counter() - began)
