"""Statements that the server keeps, and what may become of them under our feet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest
from psycopg import errors
from pytest_django.fixtures import Settings

from ironclad.database.connection import GuardedConnection
from ironclad.database.prepared import told

ONE: LiteralString = "SELECT %s::int + 1"
TEN: LiteralString = "SELECT %s::int + 10"
ALL: LiteralString = "SELECT * FROM pg_temp.kept"
OFTEN = 8  # more than a connection waits for before it prepares


@pytest.fixture
def connection(postgres_version: int) -> Iterator[GuardedConnection]:
    with GuardedConnection.connect(os.environ["DATABASE_URL"], autocommit=True) as made:
        yield made


def ask(connection: GuardedConnection, times: int = OFTEN) -> None:
    for number in range(times):
        assert told(connection, ONE, [number]) == (number + 1,)


def tidied(connection: GuardedConnection) -> None:
    """As a pooler does between two clients, so that psycopg sees nothing of it."""
    connection.quietly("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$")


def kept(connection: GuardedConnection) -> list[str]:
    query = "SELECT statement FROM pg_prepared_statements"
    return [
        text for (text,) in psycopg.Cursor(connection).execute(query, prepare=False)
    ]


def test_what_is_asked_often_is_kept_by_the_server(
    connection: GuardedConnection,
) -> None:
    ask(connection, 2)
    assert kept(connection) == []
    ask(connection)
    assert kept(connection) == ["SELECT $1::int + 1"]


def test_what_depends_on_its_values_is_planned_each_time(
    connection: GuardedConnection,
) -> None:
    for number in range(OFTEN):
        told(connection, ONE, [number], prepare=False)
    assert kept(connection) == []


@pytest.mark.parametrize(("asked", "number"), [("on", 1), ("off", 0)])
def test_the_setting_decides(
    connection: GuardedConnection, settings: Settings, asked: str, number: int
) -> None:
    settings.PREPARED_STATEMENTS = asked
    ask(connection)
    assert len(kept(connection)) == number


def test_behind_a_pooler_nothing_is_prepared_by_itself(
    connection: GuardedConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It lets its clients in itself, by a number that is no process of PostgreSQL's.
    monkeypatch.setattr(psycopg.ConnectionInfo, "backend_pid", 1)
    ask(connection)
    assert kept(connection) == []


def test_a_session_that_is_tidied_up_still_answers(
    connection: GuardedConnection,
) -> None:
    ask(connection)
    tidied(connection)
    ask(connection)
    assert kept(connection) == []  # it is left alone from then on


def test_a_session_that_is_anothers_by_now_answers_what_was_asked(
    connection: GuardedConnection,
) -> None:
    url = os.environ["DATABASE_URL"]
    with GuardedConnection.connect(url, autocommit=True) as other:
        for number in range(OFTEN):
            told(other, TEN, [number])
        ask(connection)
        # A pooler by statement: the next one may reach the session of any client.
        connection.pgconn, other.pgconn = other.pgconn, connection.pgconn
        ask(connection)
        assert told(other, TEN, [5]) == (15,)


def test_a_table_whose_columns_change_still_answers(
    connection: GuardedConnection,
) -> None:
    connection.quietly("CREATE TEMP TABLE kept AS SELECT 5 AS n")
    for _ in range(OFTEN):
        assert told(connection, ALL, []) == (5,)
    # By somebody else, say: psycopg forgets by itself when it sees an ALTER.
    connection.quietly("DO $$ BEGIN ALTER TABLE pg_temp.kept ALTER n TYPE text; END $$")
    assert told(connection, ALL, []) == ("5",)
    for _ in range(OFTEN):
        assert told(connection, ALL, []) == ("5",)
    assert kept(connection) == [ALL]


def test_within_a_transaction_the_failure_is_told(
    connection: GuardedConnection,
) -> None:
    ask(connection)
    connection.autocommit = False
    tidied(connection)
    with pytest.raises(errors.InvalidSqlStatementName):
        ask(connection, 1)
    connection.rollback()
