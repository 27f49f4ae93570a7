"""A million users on PostgreSQL 15: each way to ask for the list reads few of them.

Judged by what EXPLAIN ANALYZE says was read, which is the same on every machine.
"""

from __future__ import annotations

import itertools
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from pytest_django import DjangoDbBlocker

from api.users.asked import Asked, asked_for
from api.users.cursor import Place
from api.users.statement import BOUND, statement
from ironclad.database.migrating import bounded
from ironclad.database_url import database
from ironclad.embedded.account import account, open_way
from ironclad.embedded.binaries import find
from ironclad.embedded.postgres import SUPERUSER, Postgres
from ironclad.embedded.sockets import socket_folder

pytestmark = [pytest.mark.stack, pytest.mark.patient]

USERS = 1_000_000
LIMIT = 100
# What is counted, the page, one row more of each, and what is looked at to find them.
FEW = BOUND + 1 + LIMIT + 1 + 50
_SETTINGS = {
    "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off",
    "max_wal_size": "4GB", "shared_buffers": "256MB", "maintenance_work_mem": "512MB",
    "autovacuum": "off",
}  # fmt: skip
_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'users' AND indexname <> 'users_pkey'
"""
# Those that no list could take instead of its own are not built again.
_TAKEN = ("users_email_key", "idx_users_created_at")
_CONSTRAINT = "SELECT conname FROM pg_constraint WHERE conname = %s"
# Many were made at one moment, as by an import: an ordering by time alone has ties.
_FILL = """
INSERT INTO users (name, email, created_at, updated_at)
SELECT 'U' || substr(md5(n::text), 1, 5), to_hex(n) || '@x.io',
       timestamptz '2026-01-01' + n / 50000 * interval '1 day',
       timestamptz '2026-06-01' - n * interval '1 second'
FROM generate_series(1, %s) AS n
"""


@pytest.fixture(scope="module")
def connection(
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[psycopg.Connection[Any]]:
    folder = Path(tempfile.mkdtemp(prefix="ironclad-million-"))
    owner = account()
    open_way(folder / "data", owner)
    postgres = Postgres(
        binaries=find(15),
        data=folder / "data",
        sockets=socket_folder(folder, owner),
        log=folder / "log",
        password="only-for-tests",
        owner=owner,
        settings=_SETTINGS,
    )
    try:
        postgres.initialise()
        postgres.start()
        url = postgres.url(SUPERUSER, postgres.password, "postgres")
        with migrating(url, django_db_blocker) as migrated:
            migrated("0002_users_changed")
            with psycopg.connect(url, autocommit=True, prepare_threshold=None) as made:
                fill(made)
                # Beside a million rows, as it is where it counts.
                migrated("0003_users_order")
                made.execute("VACUUM ANALYZE users")
                yield made
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def migrating(url: str, blocker: DjangoDbBlocker) -> Iterator[Callable[[str], object]]:
    """A function that brings the API's tables there to a migration."""
    usual = connections["default"]
    settings = {**usual.settings_dict, **database(url)}
    with blocker.unblock():
        connections["default"] = made = type(usual)(settings, "default")

        def migrated(name: str) -> None:
            with bounded(made):
                MigrationExecutor(made).migrate([("api", name)])

        try:
            yield migrated
        finally:
            made.close()
            connections["default"] = usual


def fill(made: psycopg.Connection[Any]) -> None:
    """Its indexes are built afterwards: that takes a third of the time."""
    later: list[str] = []
    for name, definition in made.execute(_INDEXES).fetchall():
        if made.execute(_CONSTRAINT, [name]).fetchone():
            made.execute(f'ALTER TABLE users DROP CONSTRAINT "{name}"')
        else:
            made.execute(f'DROP INDEX "{name}"')
        if name in _TAKEN:
            later.append(definition)
    made.execute("ALTER TABLE users SET UNLOGGED")
    made.execute(_FILL, [USERS])
    for definition in later:
        made.execute(definition)


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def read(
    connection: psycopg.Connection[Any], asked: Asked, *, kept: bool = False
) -> tuple[int, set[str], set[str]]:
    """Rows that were looked at in tables and indexes, the kinds of steps, and the indexes.

    `kept`: by the plan that the server would keep, which knows no values.
    """
    text, values = statement(asked)
    explain: LiteralString = f"EXPLAIN (ANALYZE, FORMAT JSON) {text}"
    if kept:
        numbers = itertools.count(1)
        numbered = re.sub("%s", lambda _: f"${next(numbers)}", text)
        connection.execute(f"DEALLOCATE ALL; PREPARE kept AS {numbered}")
        given = f"({', '.join(['%s'] * len(values))})" if values else ""
        explain = f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE kept{given}"
    found = psycopg.ClientCursor(connection).execute(explain, values).fetchone()
    assert found is not None
    rows, kinds, indexes = 0, set(), set()
    for node in nodes(found[0][0]["Plan"]):
        kinds.add(node["Node Type"])
        if "Index Name" in node:
            indexes.add(node["Index Name"])
        if "Scan" in node["Node Type"] and node["Node Type"] != "Subquery Scan":
            loops = node["Actual Loops"]
            rows += node["Actual Rows"] * loops
            rows += node.get("Rows Removed by Filter", 0) * loops
    return rows, kinds, indexes


def asked(**query: str) -> Asked:
    return asked_for({"limit": str(LIMIT), **query})


def far(ordering: str, *, back: bool = False) -> Asked:
    """A page from the middle of a walk by cursor."""
    held = {
        "id": "500000", "name": "U7ffff", "email": "7a120@x.io",
        "created_at": "2026-01-11 00:00:00+00", "updated_at": "2026-05-26 05:06:40+00",
    }  # fmt: skip
    start = asked(ordering=ordering, cursor="")
    values = tuple(held[term.column] for term in start.terms)
    return replace(start, place=Place(values, back, 500_000))


ORDERINGS = {
    "id": "users_pkey", "-id": "users_pkey",
    "name": "users_by_name", "-name": "users_by_name",
    "created_at": "users_by_created_at", "-created_at": "users_by_created_at",
    "updated_at": "users_by_updated_at", "-updated_at": "users_by_updated_at",
}  # fmt: skip


@pytest.mark.parametrize("ordering", [*ORDERINGS, "email", "-email"])
@pytest.mark.parametrize("kept", [False, True])
def test_each_ordering_reads_its_index_and_sorts_nothing(
    connection: psycopg.Connection[Any], ordering: str, kept: bool
) -> None:
    mode = "force_generic_plan" if kept else "auto"
    connection.execute(f"SET plan_cache_mode = {mode}")
    for question in (
        asked(ordering=ordering),
        far(ordering),
        far(ordering, back=True),
    ):
        rows, kinds, indexes = read(connection, question, kept=kept)
        assert rows <= FEW
        assert "Sort" not in kinds
        assert "Incremental Sort" not in kinds
        if ordering in ORDERINGS:
            assert ORDERINGS[ordering] in indexes


@pytest.mark.parametrize("search", ["U7fff0", "1e240@", "nobody has this"])
def test_a_search_for_few_reads_few(
    connection: psycopg.Connection[Any], search: str
) -> None:
    for ordering in ("id", "-created_at"):
        rows, _kinds, indexes = read(
            connection, asked(search=search, ordering=ordering)
        )
        assert rows <= FEW
        assert indexes >= {"users_search_name", "users_search_email"}


def test_a_search_that_finds_all_reads_no_more_than_it_counts(
    connection: psycopg.Connection[Any],
) -> None:
    for question in (asked(search="@x.io"), asked(search="@x.io", ordering="-name")):
        rows, _kinds, _indexes = read(connection, question)
        assert rows <= FEW


def test_without_the_bound_all_would_be_read(
    connection: psycopg.Connection[Any],
) -> None:
    rows, _kinds, _indexes = read(connection, asked(total="exact"))
    assert rows >= USERS
