"""What a measurement runs on: a PostgreSQL of its own and servers like those of `make up`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import httpx
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
def setup(
    *,
    seed: bool = True,
    users: int = USERS,
    more: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Setup]:
    """A migrated database with history and some users, gone afterwards.

    `more` are settings of its servers.
    """
    with (
        own_postgres() as postgres,
        fresh_database(superuser_url(postgres)) as url,
        tempfile.TemporaryDirectory(prefix="ironclad-bench-") as home,
    ):
        prepared = Setup(url, Path(home), seed=seed, more=more)
        prepared.prepare()
        with psycopg.connect(url) as connection:
            connection.execute(
                "INSERT INTO users (name, email) SELECT 'User ' || n,"
                " 'user-' || n || '@example.com' FROM generate_series(1, %s) AS n",
                [users],
            )
        yield prepared


@contextmanager
def server(
    *, seed: bool = True, more: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Server]:
    with setup(seed=seed, more=more) as prepared, Server(prepared) as running:
        until(lambda: running.client.get("/api/users").is_success, 20, "users answer")
        yield running


def without_cache(running: Server, path: str) -> None:
    """Have Django answer `path`, which the edge would otherwise keep the answer of."""
    off = {"off": ["cache"], "ttlSeconds": 600, "reason": "bench"}
    running.post("/api/resilience/patterns", off)
    until(lambda: not kept(running, path), 10, "nothing comes from the cache")


def kept(running: Server, path: str) -> bool:
    """Whether a stranger, as the measured clients are, is answered from the cache."""
    told = [httpx.get(running.url + path).headers.get("X-Cache") for _ in range(2)]
    return "hit" in told
