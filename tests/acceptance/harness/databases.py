"""A fresh database on the suite's PostgreSQL, or a PostgreSQL of one's own to hurt."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg

from ironclad.embedded.account import account, open_way
from ironclad.embedded.binaries import BUILT_IN, find
from ironclad.embedded.failure import StartError
from ironclad.embedded.postgres import SUPERUSER, Postgres
from ironclad.embedded.sockets import socket_folder


@contextmanager
def own_postgres() -> Iterator[Postgres]:
    """A running PostgreSQL that nothing else uses, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ironclad-acceptance-"))
    owner = account()
    open_way(folder / "data", owner)
    version = int(os.environ.get("IRONCLAD_TEST_POSTGRES") or BUILT_IN)
    postgres = Postgres(
        binaries=find(version),
        data=folder / "data",
        sockets=socket_folder(folder, owner),
        log=folder / "log",
        password="only-for-tests",
        owner=owner,
        settings={"fsync": "off", "max_connections": "300"},
    )
    try:
        postgres.initialise()
        postgres.start()
        yield postgres
    except StartError:
        for log in postgres.log.glob("*.log"):
            print(log.read_text("utf-8", "replace")[-2000:])  # noqa: T201 - for pytest
        raise
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def superuser_url(postgres: Postgres) -> str:
    return postgres.url(SUPERUSER, postgres.password, "postgres")


@contextmanager
def fresh_database(
    server_url: str, name: str | None = None, template: str | None = None
) -> Iterator[str]:
    """The address of a new database on that server, dropped afterwards.

    Without a name it gets one that no other has. It is empty, or a copy of the database
    that `template` names, to which nothing may be connected then.
    """
    name = name or f"acceptance_{uuid4().hex[:12]}"
    parts = urlsplit(server_url)
    admin = urlunsplit(parts._replace(path="/postgres"))
    copied = f' TEMPLATE "{template}"' if template else ""
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{copied}')
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def signal_all(postgres: Postgres, number: signal.Signals) -> None:
    """The postmaster and every backend: a hung machine, not one hung process."""
    postmaster = postgres.pid
    assert postmaster is not None
    for pid in (postmaster, *_children(postmaster)):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _children(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii")
    return [int(pid) for pid in children.split()]
