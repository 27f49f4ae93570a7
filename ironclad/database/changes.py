"""Hears of every change of the users, and knows for how long it can be sure to have heard.

A trigger sends a notification with each transaction that writes. PostgreSQL hands those of all
transactions that have ended to a session before it answers what that session asks next: so when a
question that began at t is answered, every change from before t has been heard. For `LEASE` seconds
from t what is kept may be told; a connection that is cut, or silent, ends that by itself.

In a thread of its own: on an event loop that is busy an answer would wait for its turn, just when
what is kept is needed most (docs/adr/0041-read-cache.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
import structlog
from django.db import DEFAULT_DB_ALIAS, connections

from ironclad.clock import Clock
from ironclad.database.connection import GuardedConnection
from ironclad.errors import IroncladError
from ironclad.resilience.deadline import within

logger = structlog.get_logger(__name__)

CHANNEL: LiteralString = "ironclad_users"
PEOPLE = "people"  # what is told of them; of the users it is a transaction
LEASE = 0.25  # seconds: no replica tells what another one has changed this long ago
PAUSE = 0.08  # seconds between two questions
_ANSWER = 1.0  # seconds for one
_CONNECT = 3  # seconds
_AGAIN = 0.2  # seconds between attempts to connect
_JOIN = 2.0  # seconds
_MOST_NAMED = (
    200  # changes that are named one by one, before all until then are taken as one
)
_TOO_MANY = 5 * _MOST_NAMED
_LONGEST = 20  # digits of a transaction's id

# Whether this server takes writes, and tells of them: by one trigger on each of five tables, into
# which nothing is replicated (that calls no such trigger). And what these triggers are: one that
# was switched off and on again, in one transaction even, has another xmin.
_ASK = """
SELECT current_setting('transaction_read_only') = 'off' AND count(*) = 5 AND NOT EXISTS (
    SELECT FROM pg_subscription_rel WHERE srrelid = ANY (array_agg(tgrelid))
), string_agg(concat_ws('.', oid, xmin), ' ' ORDER BY oid)
FROM pg_trigger WHERE tgname IN ('users_changed', 'people_changed')
    AND tgenabled IN ('O', 'A') AND tgrelid IN (
        to_regclass('users'), to_regclass('api_token'), to_regclass('auth_user'),
        to_regclass('auth_user_groups'), to_regclass('auth_group'))
"""
# Which history of which database this is: a standby that takes over goes on with a new one, and
# may have lost what answers tell that were kept before. So may a server that was started from an
# earlier state of its disk, on the same timeline: when it was started is part of it.
_BEGIN = """
SELECT CASE WHEN pg_is_in_recovery() THEN '' ELSE (
    SELECT concat_ws('.', system_identifier, left(pg_walfile_name(pg_current_wal_lsn()), 8), oid,
        (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint)
    FROM pg_control_system(), pg_database WHERE datname = current_database()
) END, pg_current_snapshot()::text
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """What an answer must hold that somebody else has kept: `baseline`, and each of `versions`."""

    history: str  # of the database
    baseline: str  # pg_current_snapshot() of when listening began
    versions: frozenset[int] = frozenset()  # transactions that changed users since


class Changes:
    """What is known of changes. Asked by the event loop, told by it and by the listener's thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # monotonic: when the newest answered question began
        self._asked = float("-inf")
        # Another one after each change: what was read under an earlier one may be old.
        self.generation = 0
        self.people = 0  # likewise of tokens, people and groups
        self._begun: Heard | None = None
        self._versions: frozenset[int] = frozenset()  # since then
        # monotonic: something changed here then, and by which transaction is not known
        self._unknown = float("-inf")

    @property
    def current(self) -> bool:
        """Whether every change of more than `LEASE` seconds ago has been heard."""
        return self._clock.monotonic() - self._asked < LEASE

    @property
    def heard(self) -> Heard | None:
        """None while it is not known what answers of others must hold."""
        with self._lock:
            begun = self._begun
            # A question that began after an unknown change was answered after it was heard of.
            if begun is None or self._asked <= self._unknown or not self.current:
                return None
            return Heard(begun.history, begun.baseline, self._versions)

    def changed(self, version: int | None = None) -> None:
        """By the transaction `version`, where that is known."""
        with self._lock:
            self.generation += 1
            if version is None:
                self._unknown = self._clock.monotonic()
            elif len(self._versions) < _TOO_MANY:
                self._versions |= {version}
            else:  # nobody listens: it will begin anew
                self._begun, self._versions = None, frozenset()

    def people_changed(self) -> None:
        with self._lock:
            self.people += 1

    def begin(self, history: str, baseline: str, covered: frozenset[int]) -> None:
        """All that was before is in `baseline`; of that are the `covered`."""
        with self._lock:
            self._versions -= covered
            self._begun = Heard(history, baseline) if history else None

    @property
    def versions(self) -> frozenset[int]:
        with self._lock:
            return self._versions

    def heard_until(self, asked: float) -> None:
        self._asked = asked

    def deaf(self) -> None:
        self._asked = float("-inf")


class ChangesListener:
    """The job that listens. One connection beside the pools, made again when it breaks."""

    def __init__(
        self, changes: Changes, clock: Clock, alias: str = DEFAULT_DB_ALIAS
    ) -> None:
        self._changes = changes
        self._clock = clock
        self._alias = alias
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._told = ""  # why it cannot listen, as it was logged last

    async def run(self) -> None:
        """Until cancelled. Raises what ended the thread, so that it is started again."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        self._over = over = threading.Event()

        def tell(error: BaseException | None) -> None:
            if ended.done():
                return
            if error is None:
                ended.set_result(None)
            else:
                ended.set_exception(error)

        def serve() -> None:
            failure = None
            try:
                self._serve(over)
            except BaseException as error:  # noqa: BLE001 - raised by `run` on the loop
                failure = error
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(tell, failure)

        self._thread = threading.Thread(
            target=serve, name="ironclad-changes", daemon=True
        )
        self._thread.start()
        try:
            await ended
        finally:
            over.set()

    def join(self) -> None:
        """Wait until the thread has ended, after `run` was cancelled; bounded."""
        if self._thread is not None:
            self._thread.join(_JOIN)

    # -- in the thread ----------------------------------------------------------------------

    def _serve(self, over: threading.Event) -> None:
        try:
            while not over.is_set():
                connection = None
                try:
                    connection = self._connected()
                    self._listen(connection, over)
                except (psycopg.Error, IroncladError, OSError) as error:
                    self._log("read_cache_listener_lost_database", str(error))
                finally:
                    self._changes.deaf()
                    if connection is not None:
                        connection.close()
                over.wait(_AGAIN)
        finally:
            self._changes.deaf()

    def _connected(self) -> GuardedConnection:
        params: dict[str, Any] = connections[self._alias].get_connection_params()
        ours: dict[str, Any] = {
            "autocommit": True,
            "connect_timeout": _CONNECT,
            "application_name": "ironclad changes",
            "cursor_factory": psycopg.Cursor,
        }
        with within(_CONNECT):
            return GuardedConnection.connect(**{**params, **ours})

    def _listen(self, connection: GuardedConnection, over: threading.Event) -> None:
        with within(_ANSWER):
            row = connection.execute("SELECT pg_backend_pid()").fetchone()
            connection.execute(f'LISTEN "{CHANNEL}"')
        direct = row == (connection.info.backend_pid,)
        vouched: str | None = None  # the triggers that have told so far
        while not over.is_set():
            asked = self._clock.monotonic()
            with within(_ANSWER):
                sure, triggers = connection.execute(_ASK).fetchone() or (False, "")
                others = sure and triggers != vouched
                if others:
                    # What was kept before nobody vouches for: changes may have passed unheard.
                    self._changes.changed()
                    self._changes.people_changed()
                if others or (sure and len(self._changes.versions) > _MOST_NAMED):
                    self._begin(connection)
            vouched = triggers if sure else None
            self._hear(connection, 0)  # what came before the answer, first
            if not direct:
                self._log("read_cache_off", "a pooler stands before the database")
            elif sure:
                self._changes.heard_until(asked)
                self._log("", "")
            else:
                self._changes.deaf()
                self._log("read_cache_off", "the database does not tell of changes")
            self._hear(connection, PAUSE)

    def _begin(self, connection: GuardedConnection) -> None:
        covered = self._changes.versions
        try:
            row = connection.execute(_BEGIN).fetchone()
        except psycopg.errors.InsufficientPrivilege:
            row = None  # then nothing that others have kept is taken
        history, baseline = row or ("", "")
        self._changes.begin(history, baseline, covered)

    def _hear(self, connection: GuardedConnection, seconds: float) -> None:
        for notice in connection.notifies(timeout=seconds):
            told = notice.payload
            if told == PEOPLE:
                self._changes.people_changed()
                continue
            # Whoever may connect may send something else.
            known = told.isdecimal() and len(told) <= _LONGEST
            self._changes.changed(int(told) if known else None)

    def _log(self, event: str, reason: str) -> None:
        """Once for each reason, not at each attempt."""
        if reason and reason != self._told:
            logger.warning(event, reason=reason)
        self._told = reason
