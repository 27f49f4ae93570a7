"""The built-in PostgreSQL itself: who may reach it, and how it comes back."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from ironclad.embedded import processes, roles
from ironclad.embedded.account import account
from ironclad.embedded.binaries import find
from ironclad.embedded.failure import StartError
from ironclad.embedded.postgres import Postgres
from ironclad.embedded.sockets import socket_folder

_QUICK = {"fsync": "off", "logging_collector": "off"}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Postgres]:
    """One cluster for the module; each test leaves it startable."""
    folder = Path(tempfile.mkdtemp(prefix="ironclad-own-"))
    owner = account()
    postgres = Postgres(
        binaries=find(),
        data=folder / "postgres",
        sockets=socket_folder(folder, owner),
        log=folder / "log",
        password="a-password",
        owner=owner,
        settings=_QUICK,
    )
    postgres.initialise()
    yield postgres
    postgres.stop()
    shutil.rmtree(folder)


@pytest.fixture
def running(cluster: Postgres) -> Iterator[Postgres]:
    cluster.start()
    yield cluster
    cluster.stop()


def ask(postgres: Postgres, query: str) -> object:
    with postgres.connect() as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def test_a_second_initialise_changes_nothing(cluster: Postgres) -> None:
    assert cluster.initialise() is False


def test_it_listens_on_no_network(running: Postgres) -> None:
    assert ask(running, "SHOW listen_addresses") == ""


def test_its_folders_are_private(running: Postgres) -> None:
    for folder in (running.data, running.sockets):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_it_asks_for_the_password_even_on_its_socket(running: Postgres) -> None:
    stranger = replace(running, password="wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication"):
        stranger.connect()


def test_it_does_not_run_as_root(running: Postgres) -> None:
    assert running.pid is not None
    assert Path(f"/proc/{running.pid}").stat().st_uid != 0


def test_letters_beyond_ascii_have_a_lower_case(running: Postgres) -> None:
    assert ask(running, "SELECT lower('ÀÉ')") == "àé"


def test_the_data_survives_an_orderly_stop(cluster: Postgres, tmp_path: Path) -> None:
    # By whoever runs PostgreSQL, where we may write more than they.
    (tmp_path / "theirs").write_text("kept")
    (cluster.log / "start.log").unlink(missing_ok=True)
    (cluster.log / "start.log").symlink_to(tmp_path / "theirs")
    cluster.start()
    assert (tmp_path / "theirs").read_text() == "kept"
    with cluster.connect() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 1 AS one")
    cluster.stop()
    cluster.start()
    assert ask(cluster, "SELECT one FROM kept") == 1
    cluster.stop()


def test_a_lost_password_is_set_anew_and_the_data_stays(cluster: Postgres) -> None:
    cluster.start()
    with cluster.connect() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS stayed AS SELECT 2 AS two")
    cluster.stop()
    successor = replace(cluster, password="it's another")
    successor.start()
    assert ask(successor, "SELECT two FROM stayed") == 2
    with pytest.raises(psycopg.OperationalError, match="password authentication"):
        cluster.connect()
    successor.stop()
    cluster.start()
    assert ask(cluster, "SELECT two FROM stayed") == 2
    cluster.stop()


def killed(cluster: Postgres) -> int:
    """Starts it, kills it without a word, and forgets it: a machine that lost power."""
    cluster.start()
    pid = cluster.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    cluster._server.wait(10)  # type: ignore[union-attr]
    cluster._server = None
    return pid


def test_it_comes_back_after_kill_9(cluster: Postgres) -> None:
    killed(cluster)
    cluster.start()
    assert ask(cluster, "SELECT 1") == 1
    cluster.stop()


def test_a_held_child_of_a_killed_server_does_not_block_the_next(
    cluster: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ironclad.embedded.postgres._ORPHANS", 0.3)
    cluster.start()
    session = cluster.connect()
    os.kill(session.info.backend_pid, signal.SIGSTOP)
    pid = cluster.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    cluster._server.wait(10)  # type: ignore[union-attr]
    cluster._server = None
    cluster.start()
    assert ask(cluster, "SELECT 1") == 1
    session.close()
    cluster.stop()


def test_a_number_of_another_program_in_the_lock_file_is_seen_through(
    cluster: Postgres,
) -> None:
    killed(cluster)
    lock = cluster.data / "postmaster.pid"
    lines = lock.read_text(encoding="utf-8").splitlines()
    # ours is alive and no PostgreSQL: a check by number alone would stop here, or kill it
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]), encoding="utf-8")
    cluster.start()
    assert ask(cluster, "SELECT 1") == 1
    cluster.stop()


def test_a_server_that_a_killed_start_left_running_is_replaced(
    cluster: Postgres,
) -> None:
    cluster.start()
    earlier = processes.identify(cluster.pid or 0)
    orphan, cluster._server = cluster._server, None
    assert earlier is not None
    assert orphan is not None
    successor = replace(cluster)
    successor.start()
    orphan.wait(1)
    assert successor.pid != earlier.pid
    assert ask(successor, "SELECT 1") == 1
    successor.stop()


def test_another_major_version_is_refused_and_the_data_left_alone(
    cluster: Postgres,
) -> None:
    other = replace(cluster, binaries=replace(cluster.binaries, version=19))
    with pytest.raises(StartError, match="made by PostgreSQL 18, this is 19"):
        other.initialise()


def test_the_application_may_neither_make_tables_nor_read_other_databases(
    running: Postgres,
) -> None:
    with running.connect() as connection:
        roles.ensure(connection, owner_password="own", app_password="app")
        roles.ensure(connection, owner_password="own", app_password="again")
    url = running.url("ironclad_app", "again", "ironclad")
    with psycopg.connect(url) as session:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("CREATE TABLE mine (id int)")
        session.rollback()
        row = session.execute(
            "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()
    assert row == (False,)


def test_a_new_password_replaces_the_old(running: Postgres) -> None:
    with running.connect() as connection:
        roles.ensure(connection, owner_password="own", app_password="first")
        roles.ensure(connection, owner_password="own", app_password="second")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(running.url("ironclad_app", "first", "ironclad"))
