"""A stopped PostgreSQL (SIGSTOP) holds nobody longer than the deadline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.db.backends.utils import CursorWrapper

from ironclad.database.base import DatabaseWrapper
from ironclad.errors import DatabaseUnavailable, DeadlineExceeded
from ironclad.resilience.bulkhead import compartment
from ironclad.resilience.deadline import within

from .conftest import BlackHole, Victim, WrapperFactory

pytestmark = pytest.mark.any_postgres

DEADLINE = 0.5
SLACK = 0.4  # seconds that a busy machine may add


@pytest.fixture
def database(
    serving: None, wrapper: WrapperFactory, victim: Victim
) -> Iterator[DatabaseWrapper]:
    database = wrapper()
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS t (n int)")
    yield database
    victim.wake()


class _InTime:
    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        assert time.monotonic() - self._began < DEADLINE + SLACK


def _select(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT 1")


def _insert_many(cursor: CursorWrapper) -> None:
    cursor.executemany("INSERT INTO t VALUES (%s)", [(1,), (2,)])


@pytest.mark.parametrize("send", [_select, _insert_many])
def test_a_statement_ends_at_its_deadline(
    database: DatabaseWrapper, victim: Victim, send: Callable[[CursorWrapper], None]
) -> None:
    with database.cursor() as cursor:
        victim.hang()
        with _InTime(), pytest.raises(DeadlineExceeded), within(DEADLINE):
            send(cursor)


def test_a_commit_ends_at_its_deadline_and_leaves_no_open_transaction(
    database: DatabaseWrapper, victim: Victim
) -> None:
    def write_and_hang() -> None:
        with database.cursor() as cursor:
            database.set_autocommit(False)
            cursor.execute("INSERT INTO t VALUES (1)")
        victim.hang()
        database.commit()

    with _InTime(), pytest.raises(DeadlineExceeded), within(DEADLINE):
        write_and_hang()
    assert database.connection is None


def test_a_transaction_that_is_cut_surfaces_as_the_deadline(
    database: DatabaseWrapper, victim: Victim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "get_connection", lambda _using=None: database)

    def hang_within_a_transaction() -> None:
        with transaction.atomic(), transaction.atomic(), database.cursor() as cursor:
            victim.hang()
            cursor.execute("SELECT 1")

    with _InTime(), pytest.raises(DeadlineExceeded), within(DEADLINE):
        hang_within_a_transaction()
    assert not database.in_atomic_block


def test_a_server_side_cursor_ends_at_its_deadline(
    database: DatabaseWrapper, victim: Victim
) -> None:
    with database.chunked_cursor() as cursor:
        cursor.execute("SELECT generate_series(1, 100000)")
        cursor.fetchmany(10)
        victim.hang()
        with _InTime(), pytest.raises(DeadlineExceeded), within(DEADLINE):
            cursor.fetchmany(5000)


def test_a_cut_connection_never_returns_to_the_pool(
    database: DatabaseWrapper, victim: Victim
) -> None:
    with database.cursor() as cursor:
        pool = database.connection.home
        victim.hang()
        with pytest.raises(DeadlineExceeded), within(DEADLINE):
            cursor.execute("SELECT 1")
    assert (pool.idle, pool.in_use) == (0, 0)
    victim.wake()
    with database.cursor() as cursor:
        cursor.execute("SELECT 2")
        assert cursor.fetchone() == (2,)


def test_taking_a_connection_from_the_pool_is_bounded_too(
    database: DatabaseWrapper, victim: Victim, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One that has just answered would be taken without a round trip, and found by its statement.
    monkeypatch.setattr("ironclad.database.pool._FRESH", 0)
    database.close()
    victim.hang()
    began = time.monotonic()
    with pytest.raises((DeadlineExceeded, DatabaseUnavailable)), within(DEADLINE):
        database.ensure_connection()
    # looked at every 0.1 s, though libpq's own limit is 2 s at least
    assert time.monotonic() - began < DEADLINE + SLACK


def test_nothing_is_sent_once_the_time_is_up(database: DatabaseWrapper) -> None:
    with database.cursor() as cursor, within(0), pytest.raises(DeadlineExceeded):
        cursor.execute("INSERT INTO t VALUES (99)")
    with database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM t WHERE n = 99")
        assert cursor.fetchone() == (0,)


def test_a_network_that_drops_everything_ends_at_the_deadline(
    wrapper: WrapperFactory, black_hole: BlackHole
) -> None:
    compartment.set("background")
    database = wrapper()
    database.settings_dict.update(HOST="127.0.0.1", PORT=str(black_hole.port))
    with database.cursor() as cursor:
        black_hole.open.clear()
        with _InTime(), pytest.raises(DeadlineExceeded), within(DEADLINE):
            cursor.execute("SELECT 1")
