"""Indexes on tables in use: what was cut is begun again, and what is not to be had is done without."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import IntegrityError, migrations, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.state import ProjectState

from ironclad.database.indexes import (
    TRIGRAMS,
    AddIndexPatiently,
    has_trigrams,
    patience,
)
from tests.integration.migrations.conftest import run
from tests.integration.migrations.judge import applied

NAME = "crowd_by_name"


@pytest.fixture(autouse=True)
def _crowd(steps: BaseDatabaseWrapper, postgres_version: int) -> None:
    run(steps, "DROP TABLE IF EXISTS crowd")
    run(steps, "CREATE TABLE crowd (id integer PRIMARY KEY, name varchar(9) NOT NULL)")
    run(steps, "INSERT INTO crowd VALUES (1, 'same'), (2, 'same')")


def state() -> ProjectState:
    fields: list[tuple[str, models.Field[Any, Any]]] = [
        ("id", models.IntegerField(primary_key=True)),
        ("name", models.CharField(max_length=9)),
    ]
    made = ProjectState()
    migrations.CreateModel("Crowd", fields, {"db_table": "crowd"}).state_forwards(
        "sre_console", made
    )
    return made


def build(steps: BaseDatabaseWrapper, kind: type[AddIndexConcurrently]) -> list[str]:
    index = models.Index(fields=["name"], name=NAME)
    content = {"operations": [kind("crowd", index)], "atomic": False}
    made: type[migrations.Migration] = type("M", (migrations.Migration,), content)
    _state, found = applied(made("tried", "sre_console"), state(), steps)
    return [str(each) for each in found]


def cut(steps: BaseDatabaseWrapper) -> None:
    """What is left of a build that failed: a name, and an index that nobody may read."""
    with pytest.raises(IntegrityError):
        run(steps, f"CREATE UNIQUE INDEX CONCURRENTLY {NAME} ON crowd (name)")


def valid(steps: BaseDatabaseWrapper) -> bool:
    with steps.cursor() as cursor:
        cursor.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = %s::regclass", [NAME]
        )
        return bool(cursor.fetchone()[0])


def test_it_blocks_nobody_and_is_there(steps: BaseDatabaseWrapper) -> None:
    assert build(steps, AddIndexPatiently) == []
    assert valid(steps)


def test_one_that_was_cut_is_built_anew(steps: BaseDatabaseWrapper) -> None:
    cut(steps)
    assert not valid(steps)
    build(steps, AddIndexPatiently)
    assert valid(steps)


def test_it_may_wait_long_and_others_after_it_may_not(
    steps: BaseDatabaseWrapper,
) -> None:
    def limit() -> str:
        with steps.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            return str(cursor.fetchone()[0])

    run(steps, "SET lock_timeout = '2s'")
    with patience(steps):
        assert limit() == "0"
    assert limit() == "2s"


def test_trigrams_are_used_where_the_server_has_them(
    steps: BaseDatabaseWrapper,
) -> None:
    with steps.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_available_extensions WHERE name = %s", [TRIGRAMS]
        )
        there = bool(cursor.fetchone()[0])
    assert has_trigrams(steps) is there
