"""Compartments have their own connections, and recover from what breaks them."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import IntegrityError, OperationalError
from django.test import override_settings

from ironclad.database.base import DatabaseWrapper
from ironclad.database.connection import GuardedConnection
from ironclad.errors import DatabaseUnavailable
from ironclad.observability.exposition import exposition
from ironclad.resilience.bulkhead import compartment
from tests.acceptance.harness.waiting import until

from .conftest import Victim, WrapperFactory, serve

pytestmark = pytest.mark.usefixtures("serving")


def answer(database: DatabaseWrapper) -> int:
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_a_closed_connection_serves_the_next_request(wrapper: WrapperFactory) -> None:
    first, second = wrapper(), wrapper()
    pid = answer(first)
    first.close()
    assert answer(second) == pid


def test_compartments_share_no_connection(wrapper: WrapperFactory) -> None:
    database = wrapper()
    service = answer(database)
    database.close()
    compartment.set("console")
    assert answer(database) != service


def test_background_work_has_no_pool(wrapper: WrapperFactory) -> None:
    compartment.set("background")
    database = wrapper()
    answer(database)
    assert database.connection.home is None


@pytest.mark.any_postgres
def test_a_full_pool_refuses_within_its_wait(wrapper: WrapperFactory) -> None:
    with override_settings(DATABASE_POOLS={"service": 1}, DATABASE_POOL_WAIT=0.2):
        holder, late = wrapper(), wrapper()
        answer(holder)
        began = time.monotonic()
        with pytest.raises(DatabaseUnavailable) as refusal:
            answer(late)
        assert 0.1 < time.monotonic() - began < 0.6
        assert refusal.value.retry_after == 1
        holder.close()
        answer(late)


def test_a_full_service_pool_leaves_the_console_alone(wrapper: WrapperFactory) -> None:
    with override_settings(DATABASE_POOLS={"service": 1, "console": 1}):
        answer(wrapper())
        compartment.set("console")
        answer(wrapper())


def test_connections_lost_while_idle_are_never_noticed(
    wrapper: WrapperFactory, victim: Victim
) -> None:
    several = [wrapper() for _ in range(4)]
    pids = {answer(each) for each in several}
    for each in several:
        each.close()
    victim.drop_connections()
    # Their sockets are looked at, and a server takes a moment to close what it ends.
    until(lambda: victim.connected() == 0, 5, "they are gone")
    assert not pids & {answer(each) for each in several}


@pytest.mark.parametrize(("fresh", "asked"), [(60, 0), (0, 1)])
def test_one_that_has_just_answered_is_not_asked_whether_it_lives(
    wrapper: WrapperFactory, monkeypatch: pytest.MonkeyPatch, fresh: float, asked: int
) -> None:
    monkeypatch.setattr("ironclad.database.pool._FRESH", fresh)
    database = wrapper()
    answer(database)
    sent: list[str] = []
    monkeypatch.setattr(
        GuardedConnection, "quietly", lambda _self, statement: sent.append(statement)
    )
    database.close()
    answer(database)
    assert len(sent) == asked


def test_one_lost_in_use_is_unavailable_and_then_replaced(
    wrapper: WrapperFactory, victim: Victim
) -> None:
    database = wrapper()
    answer(database)
    victim.drop_connections()
    with pytest.raises(DatabaseUnavailable):
        answer(database)
    answer(database)


def test_a_wrong_statement_stays_djangos_error(wrapper: WrapperFactory) -> None:
    database = wrapper()
    with database.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE u (n int UNIQUE)")
        cursor.execute("INSERT INTO u VALUES (1)")
        with pytest.raises(IntegrityError):
            cursor.execute("INSERT INTO u VALUES (1)")


def test_a_lock_that_is_not_available_stays_djangos_error(
    wrapper: WrapperFactory,
) -> None:
    holder, other = wrapper(), wrapper()
    with holder.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(7)")
    with other.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(OperationalError):
            cursor.execute("SELECT pg_advisory_lock(7)")
        cursor.execute("SET lock_timeout = 0")
    with holder.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(7)")


def test_an_open_transaction_is_rolled_back_before_the_next_use(
    wrapper: WrapperFactory,
) -> None:
    database = wrapper()
    database.set_autocommit(False)
    answer(database)
    database.close()
    other = wrapper()
    answer(other)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned()")
        assert cursor.fetchone() == (None,)
    assert other.get_autocommit()


def test_many_callers_at_once_stay_within_the_size(
    wrapper: WrapperFactory, victim: Victim
) -> None:
    failures: list[Exception] = []

    def work(database: DatabaseWrapper) -> None:
        serve()
        try:
            for _ in range(5):
                answer(database)
                database.close()
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    several = [wrapper() for _ in range(30)]
    for each in several:
        each.inc_thread_sharing()
    threads = [threading.Thread(target=work, args=(each,)) for each in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert victim.connected() <= 20


def test_the_metric_tells_what_the_pools_hold(wrapper: WrapperFactory) -> None:
    database = wrapper()
    answer(database)
    line = 'database_pool_connections{pool="service",state="in_use"} 1.0'
    assert line in exposition("")[0].decode()


@pytest.mark.any_postgres
def test_a_killed_server_is_unavailable_at_once_and_the_pool_recovers_with_it(
    wrapper: WrapperFactory, victim: Victim
) -> None:
    database = wrapper()
    answer(database)
    victim.kill()
    with pytest.raises(DatabaseUnavailable):
        answer(database)
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        answer(database)
    assert time.monotonic() - began < 0.5
    victim.postgres.start()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            answer(database)
        except DatabaseUnavailable:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the pool did not recover")
