"""The judge tells what blocks a large table from what does not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.state import ProjectState

from tests.integration.migrations.conftest import run
from tests.integration.migrations.judge import MARK, applied, unmarked

TABLE = """
DROP TABLE IF EXISTS large, other CASCADE;
CREATE TABLE large (id integer PRIMARY KEY, name varchar(20), size integer, other_id integer);
CREATE TABLE other (id integer PRIMARY KEY);
INSERT INTO large SELECT n, 'x', n, NULL FROM generate_series(1, 100) n;
"""
BLOCKS = {
    "an index": "CREATE INDEX ON large (name)",
    "a type that is another": "ALTER TABLE large ALTER size TYPE bigint",
    "not null": "ALTER TABLE large ALTER name SET NOT NULL",
    "a default that differs": "ALTER TABLE large ADD made timestamptz DEFAULT clock_timestamp()",
    "a check": "ALTER TABLE large ADD CHECK (size > 0)",
    "a unique rule": "ALTER TABLE large ADD UNIQUE (name, size)",
    "a foreign key": "ALTER TABLE large ADD FOREIGN KEY (other_id) REFERENCES other",
    "an update of all beside a lock": "ALTER TABLE large ADD a int; UPDATE large SET a = 1",
}
PASSES = {
    "a column": "ALTER TABLE large ADD note varchar(10)",
    "a column with a default": "ALTER TABLE large ADD note varchar(10) NOT NULL DEFAULT ''",
    "a longer type": "ALTER TABLE large ALTER name TYPE varchar(40)",
    "a column less": "ALTER TABLE large DROP COLUMN name",
    "a check of what comes": "ALTER TABLE large ADD CHECK (size > 0) NOT VALID",
    "a foreign key of what comes": (
        "ALTER TABLE large ADD FOREIGN KEY (other_id) REFERENCES other NOT VALID"
    ),
    "a table": "CREATE TABLE fresh AS SELECT 1 AS one; CREATE INDEX ON fresh (one); DROP TABLE fresh",
    "a trigger": (
        "CREATE TRIGGER t BEFORE UPDATE ON large FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    ),
}


def migration(sql: Sequence[str], *, atomic: bool = True) -> migrations.Migration:
    content = {"operations": [migrations.RunSQL(each) for each in sql], "atomic": atomic}
    made: type[migrations.Migration] = type("Tried", (migrations.Migration,), content)
    return made("tried", "sre_console")


def found(
    connection: BaseDatabaseWrapper, sql: Sequence[str], *, atomic: bool = True
) -> list[str]:
    run(connection, TABLE)
    _state, findings = applied(
        migration(sql, atomic=atomic), ProjectState(), connection
    )
    return [str(each) for each in findings]


@pytest.mark.parametrize("name", BLOCKS)
def test_what_blocks_a_large_table_is_found(
    steps: BaseDatabaseWrapper, postgres_version: int, name: str
) -> None:
    told = found(steps, [BLOCKS[name]])
    assert any(each.startswith("large is ") for each in told), told


@pytest.mark.parametrize("name", PASSES)
def test_what_takes_a_moment_passes(
    steps: BaseDatabaseWrapper, postgres_version: int, name: str
) -> None:
    assert found(steps, [PASSES[name]]) == []


def test_outside_a_transaction_each_statement_is_judged(
    steps: BaseDatabaseWrapper, postgres_version: int
) -> None:
    patient = ["CREATE INDEX CONCURRENTLY i ON large (name)"]
    patient += ["ALTER TABLE large ADD CONSTRAINT c CHECK (size > 0) NOT VALID"]
    patient += ["ALTER TABLE large VALIDATE CONSTRAINT c"]
    assert found(steps, patient, atomic=False) == []
    assert found(steps, [*patient, "CREATE INDEX ON large (size)"], atomic=False) == [
        "large is read to its end under ShareLock"
    ]


def test_a_reason_is_a_mark_and_nothing_else_is(
    steps: BaseDatabaseWrapper, postgres_version: int
) -> None:
    run(steps, TABLE)
    tried = migration(["ALTER TABLE large ALTER size TYPE bigint"])
    _state, findings = applied(tried, ProjectState(), steps)
    assert unmarked(tried, findings) == findings != []
    for reason, left in (("", findings), ("it has ten rows", [])):
        setattr(tried, MARK, {"large": reason})
        assert unmarked(tried, findings) == left
