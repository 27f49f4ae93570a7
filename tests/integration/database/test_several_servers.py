"""A server that takes no writes, or does not answer, is left for the other one."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from ironclad.database import address
from ironclad.database import health as health_module
from ironclad.database.base import DatabaseWrapper
from ironclad.database.connection import GuardedConnection
from ironclad.database.health import Health
from ironclad.errors import DatabaseUnavailable
from ironclad.resilience.deadline import within
from tests.acceptance.harness.waiting import until

from .conftest import BlackHole, Victim, WrapperFactory

WRITE = "CREATE TEMPORARY TABLE written ()"
READ_WRITE = {"target_session_attrs": "read-write"}


@pytest.fixture(autouse=True)
def _nobody_is_preferred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "_preferred", [])


def fence(victim: Victim, value: str = "on") -> None:
    """Have its sessions write nothing, those that are open too."""
    with victim.postgres.connect() as admin:
        admin.execute(
            f"ALTER SYSTEM SET default_transaction_read_only = {value}".encode()
        )
        admin.execute("SELECT pg_reload_conf()")


@pytest.fixture
def fenced(victim: Victim) -> Iterator[Victim]:
    fence(victim)
    yield victim
    fence(victim, "off")


def write(database: DatabaseWrapper) -> None:
    with database.cursor() as cursor:
        cursor.execute(WRITE)


def settled(database: DatabaseWrapper) -> tuple[str, ...]:
    with database.cursor() as cursor:
        cursor.execute("SHOW default_transaction_read_only")
        return tuple(cursor.fetchone())


@pytest.mark.usefixtures("serving")
def test_a_session_of_a_server_that_takes_no_writes_is_thrown_away(
    wrapper: WrapperFactory, victim: Victim
) -> None:
    first, second = wrapper(), wrapper()
    for each in (first, second):
        each.ensure_connection()
    second.close()  # idle in the pool now
    pool = first._pool_of("service", {})
    assert pool is not None
    assert pool.idle == 1
    held = pool.in_use
    fence(victim)
    try:
        until(lambda: "on" in settled(first), 10, "the session has heard of it")
        with pytest.raises(DatabaseUnavailable):
            write(first)
        assert first.connection is None
        assert (pool.idle, pool.in_use) == (0, held - 1)
    finally:
        fence(victim, "off")


def test_a_fenced_server_lets_nobody_in_who_wants_to_write(
    wrapper: WrapperFactory, fenced: Victim
) -> None:
    database = wrapper(OPTIONS=READ_WRITE)
    with pytest.raises(DatabaseUnavailable):
        database.ensure_connection()


@pytest.mark.any_postgres
def test_a_server_that_hangs_leaves_time_for_the_other(
    wrapper: WrapperFactory, black_hole: BlackHole, victim: Victim
) -> None:
    database = wrapper(
        HOST=f"127.0.0.1,{victim.postgres.sockets}",
        PORT=f"{black_hole.port},5432",
        OPTIONS={**READ_WRITE, "connect_timeout": 3},
    )
    black_hole.open.clear()
    with within(1.5):
        write(database)
    database.close()
    began = time.monotonic()
    with within(1.5):
        write(database)
    assert time.monotonic() - began < 0.7, "the one that answered is tried first"


async def test_health_is_not_well_where_nothing_can_be_written(
    wrapper: WrapperFactory, fenced: Victim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_module, "connections", {"default": wrapper()})
    health = Health()
    ok, _seconds, told = await health.ask()
    assert (ok, told) == (False, "The database takes no writes.")
    fence(fenced, "off")
    assert (await health.ask())[0]
    assert isinstance(health._connection, GuardedConnection)
    health._drop()
