"""The guarded way under real failures of a real PostgreSQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from ironclad.clock import clock
from ironclad.database import guard
from ironclad.database.base import DatabaseWrapper
from ironclad.database.pool import Pool
from ironclad.errors import (
    CircuitOpen,
    DatabaseUnavailable,
    DeadlineExceeded,
    PoolExhausted,
)
from ironclad.resilience.breaker import Breaker, BreakerPolicy
from ironclad.resilience.bulkhead import compartment
from ironclad.resilience.events import Event, RetryScheduled
from ironclad.resilience.guard import Guard
from ironclad.resilience.patterns import Patterns
from ironclad.resilience.retry import RetryBudget, RetryPolicy

from .conftest import Victim, WrapperFactory

pytestmark = pytest.mark.any_postgres

LIMIT = 0.4  # seconds for the database work of one attempt
SHORT = 0.1  # where it is used up
SLACK = 0.5  # that a busy machine may add


class Service:
    """What a guarded view does, on a connection of its own to the victim."""

    def __init__(
        self, wrapper: WrapperFactory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.database: DatabaseWrapper = wrapper()
        self.told: list[Event] = []
        budget = RetryBudget(0.1, monotonic=clock.monotonic)
        for _ in range(1000):
            budget.call()
        self.guard = Guard(
            Breaker(
                "database",
                BreakerPolicy(open_seconds=0.3),
                monotonic=clock.monotonic,
                publish=self.told.append,
            ),
            retry=RetryPolicy(base=0.05),
            budget=budget,
            patterns=Patterns(clock),
            rules=guard.RULES,
            publish=self.told.append,
            limit=lambda: LIMIT,
            release=self.database.close,
        )
        monkeypatch.setattr(guard, "service", lambda: self.guard)
        monkeypatch.setattr(
            transaction, "get_connection", lambda _using=None: self.database
        )

    def run(self, work: Callable[[], object], *, idempotent: bool = True) -> object:
        return self.guard.run(work, idempotent=idempotent)

    def sql(self, statement: str, *values: int) -> object:
        with self.database.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchone()[0] if cursor.description else None

    def read(self) -> object:
        return self.run(lambda: self.sql("SELECT 1"))

    def write(self, key: int) -> object:
        def insert() -> None:
            with transaction.atomic():
                self.sql("INSERT INTO things VALUES (%s)", key)

        return self.run(insert, idempotent=False)

    @property
    def pool(self) -> Pool | None:
        """Where the connection in use comes from."""
        home: Pool | None = self.database.connection.home
        return home

    @property
    def retries(self) -> int:
        return sum(isinstance(event, RetryScheduled) for event in self.told)

    @property
    def breaker(self) -> str:
        return self.guard.breaker.standing().state


@pytest.fixture
def service(
    wrapper: WrapperFactory, victim: Victim, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    token = compartment.set("service")
    service = Service(wrapper, monkeypatch)
    with victim.postgres.connect() as admin:
        admin.execute("DROP TABLE IF EXISTS things")
        admin.execute("CREATE TABLE things (key int PRIMARY KEY)")
    yield service
    victim.wake()
    compartment.reset(token)


@contextmanager
def in_time(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds + SLACK


def test_a_query_outside_the_guarded_way_is_refused(service: Service) -> None:
    with pytest.raises(guard.UnguardedQuery):
        service.sql("SELECT 1")


def test_a_connection_goes_back_as_soon_as_the_call_ends(service: Service) -> None:
    assert service.read() == 1
    assert service.database.connection is None


def test_a_backend_killed_between_two_calls_is_not_noticed(
    service: Service, victim: Victim
) -> None:
    service.read()
    victim.drop_connections()
    assert service.read() == 1
    assert service.retries == 0


def test_a_read_whose_backend_is_killed_is_tried_again(
    service: Service, victim: Victim
) -> None:
    killed: list[bool] = []

    def read() -> object:
        found = service.sql("SELECT 41")
        if not killed:
            killed.append(True)
            victim.drop_connections()
        return service.sql("SELECT 42") if found else None

    assert service.run(read) == 42
    assert service.retries == 1


def test_a_write_killed_before_its_commit_is_made_once(
    service: Service, victim: Victim
) -> None:
    killed: list[bool] = []

    def write() -> None:
        with transaction.atomic():
            service.sql("INSERT INTO things VALUES (1)")
            if not killed:
                killed.append(True)
                victim.drop_connections()
            service.sql("INSERT INTO things VALUES (2)")

    service.run(write, idempotent=False)
    assert service.retries == 1
    assert service.run(lambda: service.sql("SELECT count(*) FROM things")) == 2


def test_a_write_lost_in_its_commit_is_not_tried_again(
    service: Service, victim: Victim
) -> None:
    def write() -> None:
        with transaction.atomic():
            service.sql("INSERT INTO things VALUES (1)")
            victim.drop_connections()

    with pytest.raises(DatabaseUnavailable):
        service.run(write, idempotent=False)
    assert service.retries == 0


def test_a_unique_violation_is_an_answer_and_no_failure(service: Service) -> None:
    service.write(1)
    for _ in range(6):
        with pytest.raises(IntegrityError):
            service.write(1)
    assert service.breaker == "closed"
    assert service.guard.breaker.standing().failures == 0


def test_a_statement_that_is_cancelled_is_late_and_a_failure(
    service: Service, victim: Victim
) -> None:
    def slow() -> object:
        pid = service.sql("SELECT pg_backend_pid()")
        with victim.postgres.connect() as admin:
            cancel = threading.Timer(
                0.1, lambda: admin.execute("SELECT pg_cancel_backend(%s)", [pid])
            )
            cancel.start()
            try:
                return service.sql("SELECT pg_sleep(5)")
            finally:
                cancel.join()

    with in_time(LIMIT), pytest.raises(DeadlineExceeded):
        service.run(slow)
    assert service.guard.breaker.standing().failures == 1
    assert service.retries == 0


def test_a_lock_held_longer_than_the_deadline_is_cut_and_leaves_nobody_waiting(
    service: Service, victim: Victim
) -> None:
    service.write(1)
    with victim.postgres.connect() as holder, victim.postgres.connect() as watch:
        holder.autocommit = False
        holder.execute("SELECT * FROM things FOR UPDATE")

        def wait() -> None:
            with transaction.atomic():
                service.sql("SELECT * FROM things FOR UPDATE")

        with in_time(LIMIT), pytest.raises(DeadlineExceeded):
            service.run(wait, idempotent=False)
        # The server sees by itself that its client is gone; it looks every 2 s.
        ends = time.monotonic() + 6
        while _waiting(watch):
            assert time.monotonic() < ends
            time.sleep(0.05)
        holder.rollback()


def _waiting(admin: psycopg.Connection) -> bool:
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    return admin.execute(waiting).fetchone() is not None


def test_a_hung_server_opens_the_breaker_and_then_holds_nobody(
    service: Service, victim: Victim
) -> None:
    service.read()
    victim.hang()
    service.guard._limit = lambda: SHORT
    for _ in range(5):
        with in_time(SHORT), pytest.raises((DeadlineExceeded, DatabaseUnavailable)):
            service.read()
    service.guard._limit = lambda: LIMIT
    assert service.breaker == "open"
    began = time.monotonic()
    with pytest.raises(CircuitOpen):
        service.read()
    assert time.monotonic() - began < 0.05
    victim.wake()
    _until_a_trial_is_due(service)
    assert service.read() == 1
    assert service.breaker == "closed"


def test_a_killed_server_is_refused_and_found_again_by_one_trial(
    service: Service, victim: Victim
) -> None:
    service.read()
    victim.kill()
    for _ in range(2):
        with pytest.raises((DatabaseUnavailable, CircuitOpen)):
            service.read()
    assert service.retries >= 2
    assert service.breaker == "open"
    victim.postgres.start()
    _until_a_trial_is_due(service)
    assert service.read() == 1
    assert service.breaker == "closed"


def test_no_connection_left_on_the_server_is_a_failure_and_then_over(
    service: Service, victim: Victim
) -> None:
    service.guard._limit = lambda: 10.0
    held = [victim.postgres.connect()]
    most = int(held[0].execute("SHOW max_connections").fetchone()[0])  # type: ignore[index]

    def take_all() -> None:
        while len(held) <= most:
            held.append(victim.postgres.connect())

    with pytest.raises(psycopg.OperationalError, match="too many"):
        take_all()
    with pytest.raises(DatabaseUnavailable):
        service.read()
    assert service.retries == 2
    assert service.guard.breaker.standing().failures == 3
    for connection in held:
        connection.close()
    ends = time.monotonic() + 5
    while not _reads(service):
        assert time.monotonic() < ends
    assert service.guard.breaker.standing().failures == 0


def _until_a_trial_is_due(service: Service) -> None:
    while service.guard.refuses() is not None:
        time.sleep(0.02)


def _reads(service: Service) -> bool:
    try:
        return service.read() == 1
    except (DatabaseUnavailable, CircuitOpen):
        return False


def test_our_own_pool_exhausted_counts_and_is_not_tried_again(
    service: Service,
) -> None:
    with override_settings(DATABASE_POOLS={"service": 1}, DATABASE_POOL_WAIT=0.1):
        pool: Pool = service.run(lambda: service.sql("SELECT 1") and service.pool)  # type: ignore[assignment]
        held = pool.take()
        with in_time(0.1), pytest.raises(PoolExhausted):
            service.read()
        assert service.retries == 0
        assert service.guard.breaker.standing().failures == 1
        assert pool.refused == 1
        pool.give_back(held)
        assert service.read() == 1


def test_a_deadlock_is_tried_again_and_no_failure(
    service: Service, victim: Victim
) -> None:
    service.write(1)
    service.write(2)
    tries = []

    def cross() -> None:
        tries.append(1)
        with transaction.atomic():
            service.sql("SET LOCAL deadlock_timeout = '100ms'")
            service.sql("SELECT * FROM things WHERE key = 1 FOR UPDATE")
            if len(tries) == 1:
                _lock_the_other_way(victim)
            service.sql("SELECT * FROM things WHERE key = 2 FOR UPDATE")

    service.guard._limit = lambda: 10.0
    service.run(cross, idempotent=False)
    assert len(tries) == 2
    assert service.guard.breaker.standing().failures == 0


def _lock_the_other_way(victim: Victim) -> None:
    """Another session holds 2 and waits for 1; as the one that waits longer, it survives."""
    ready = threading.Event()

    def other() -> None:
        with victim.postgres.connect() as admin:
            admin.autocommit = False
            admin.execute("SET deadlock_timeout = '30s'")
            admin.execute("SELECT * FROM things WHERE key = 2 FOR UPDATE")
            ready.set()
            admin.execute("SELECT * FROM things WHERE key = 1 FOR UPDATE")
            admin.rollback()

    threading.Thread(target=other, daemon=True).start()
    ready.wait(5)
