"""A PostgreSQL of its own with migrated tables, asked over TCP with SCRAM passwords."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from ironclad.embedded.account import account, open_way
from ironclad.embedded.binaries import find
from ironclad.embedded.postgres import Postgres
from ironclad.embedded.sockets import socket_folder
from tests.acceptance.harness.processes import Setup

OWNER, APP = "ironclad_owner", "ironclad_app"
NAME = "ironclad"
_TURNS = count()


@dataclass(frozen=True)
class Database:
    """`owner` is an ordinary role."""

    postgres: Postgres
    host: str

    def url(self, role: str, password: str) -> str:
        return f"postgresql://{role}:{password}@{self.host}:5432/{NAME}"

    @property
    def owner_url(self) -> str:
        return self.url(OWNER, "owner-password")

    def setup(self, **more: str) -> Setup:
        return Setup(self.owner_url, self.postgres.log, more=more)

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with self.postgres.connect() as connection:
            return connection.execute(statement.encode(), values or None).fetchall()

    def start_afresh(self, password: str) -> str:
        """One role that signs in, as after the first deployment; gives its address."""
        with self.postgres.connect(NAME) as connection:
            for role in (f"{APP}_a", f"{APP}_b"):
                connection.execute(
                    sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role))
                )
            words = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")
            connection.execute(words.format(sql.Identifier(APP), sql.Literal(password)))
        return self.url(APP, password)


def signs_in(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def with_createrole(postgres: Postgres) -> None:
    """The owner makes the login roles itself."""
    with postgres.connect() as connection:
        connection.execute(
            f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD 'owner-password'"
        )
        connection.execute(f"CREATE DATABASE {NAME} OWNER {OWNER}")
    with postgres.connect(NAME) as connection:
        connection.execute(f"ALTER SCHEMA public OWNER TO {OWNER}")


@contextmanager
def database(
    version: int,
    *,
    migrated: bool = True,
    make: Callable[[Postgres], None] = with_createrole,
) -> Iterator[Database]:
    folder = Path(tempfile.mkdtemp(prefix="ironclad-rotation-"))
    account_ = account()
    open_way(folder / "data", account_)
    # An address of its own instead of a port: the whole of 127.0.0.0/8 is this machine.
    mark = os.getpid()
    turn = next(_TURNS) % 2  # two may run at a time
    host = f"127.{10 + 100 * turn + mark % 100}.{mark // 100 % 250}.{1 + mark // 25_000 % 250}"
    postgres = Postgres(
        binaries=find(version),
        data=folder / "data",
        sockets=socket_folder(folder, account_),
        log=folder / "log",
        password="only-for-tests",
        owner=account_,
        settings={
            "fsync": "off",
            "listen_addresses": host,
            "log_statement": "all",
            "logging_collector": "off",
        },
    )
    try:
        postgres.initialise()
        postgres.start()
        make(postgres)
        made = Database(postgres, host)
        if migrated:
            made.setup().manage("migrate", "--verbosity=0")
            made.setup().manage("database_roles")
        yield made
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
