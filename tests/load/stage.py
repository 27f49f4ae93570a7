"""What a measurement runs on: a PostgreSQL of its own and servers like those of `make up`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.acceptance.harness.databases import (
    fresh_database,
    own_postgres,
    superuser_url,
)
from tests.acceptance.harness.processes import Server, Setup
from tests.acceptance.harness.waiting import until

USERS = 1000  # rows that are there before anything is measured


@contextmanager
def setup(*, seed: bool = True, users: int = USERS) -> Iterator[Setup]:
    """A migrated database with history and some users, gone afterwards."""
    with (
        own_postgres() as postgres,
        fresh_database(superuser_url(postgres)) as url,
        tempfile.TemporaryDirectory(prefix="ironclad-bench-") as home,
    ):
        prepared = Setup(url, Path(home), seed=seed)
        prepared.prepare()
        with psycopg.connect(url) as connection:
            connection.execute(
                "INSERT INTO users (name, email) SELECT 'User ' || n,"
                " 'user-' || n || '@example.com' FROM generate_series(1, %s) AS n",
                [users],
            )
        yield prepared


@contextmanager
def server(*, seed: bool = True) -> Iterator[Server]:
    with setup(seed=seed) as prepared, Server(prepared) as running:
        until(lambda: running.client.get("/api/users").is_success, 20, "users answer")
        yield running
