"""What an application without any right reads of the log, on a server that cannot archive it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from ironclad.embedded import roles
from ironclad.embedded.account import account, open_way
from ironclad.embedded.binaries import BUILT_IN, find
from ironclad.embedded.postgres import Postgres
from ironclad.embedded.sockets import socket_folder
from sre_console.recovery.replication import LagClock
from sre_console.recovery.server import Log, log_read
from tests.acceptance.harness.waiting import until


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="ironclad-archiver-"))
    owner = account()
    open_way(folder / "data", owner)
    postgres = Postgres(
        binaries=find(int(os.environ.get("IRONCLAD_TEST_POSTGRES") or BUILT_IN)),
        data=folder / "data", sockets=socket_folder(folder, owner), log=folder / "log",
        password="only-for-a-moment", owner=owner,
        settings={
            "fsync": "off", "archive_mode": "on", "archive_timeout": "1",
            "archive_command": f"test -e {folder}/there",
        },
    )  # fmt: skip
    try:
        postgres.initialise()
        postgres.start()
        with postgres.connect() as connection:
            roles.ensure(connection, owner_password="own", app_password="app")
            connection.execute(
                "SELECT pg_create_physical_replication_slot('standby', true)"
            )
        yield postgres
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def read(server: Postgres) -> Iterator[Callable[[], Log]]:
    """As the application's role."""
    with psycopg.connect(
        server.url("ironclad_app", "app", "ironclad"), autocommit=True
    ) as connection:
        yield lambda: log_read(connection.cursor())


def write(server: Postgres) -> None:
    with server.connect() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS written (n int)")
        connection.execute("INSERT INTO written SELECT generate_series(1, 1000)")
        connection.execute("SELECT pg_switch_wal()")


def test_a_log_that_is_not_archived_fails_since_it_should_have_been(
    server: Postgres, read: Callable[[], Log]
) -> None:
    before = read()
    assert (before.archives, before.archive_timeout) == (True, 1)
    now = before.archived_at + timedelta(seconds=31)
    assert before.archive_failing(now) == 30
    write(server)
    until(lambda: read().archive_failed, 30, "it fails")
    assert read().archived_at == before.archived_at
    (server.data.parent / "there").touch()
    until(lambda: not read().archive_failed, 30, "it is archived")
    assert read().archived_at > before.archived_at


def test_who_receives_the_log_is_told_with_what_it_has(
    server: Postgres, read: Callable[[], Log]
) -> None:
    (slot,) = read().slots
    assert (slot.name, slot.connected) == ("standby", False)
    assert slot.position is not None
    lags = LagClock()
    lags.lags([slot], written=slot.position, at=0, segment=1)
    write(server)
    for at in (10, 40):
        log = read()
        (lag,) = lags.lags(log.slots, written=log.written, at=at, segment=log.segment)
    assert lag.seconds == 30
    assert lag.bytes is not None
    assert lag.bytes > 1000
