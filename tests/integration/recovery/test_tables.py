"""The tables that a validation counts: all there are, and by a moment that each has."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection

from ironclad.recovery.counting import Table, count, prepare
from sre_console.recovery.tables import tables

pytestmark = pytest.mark.django_db
_ALL = """SELECT relname FROM pg_class
          WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"""


def raw() -> psycopg.Connection:
    connection.ensure_connection()
    found: psycopg.Connection = connection.connection
    return found


def test_every_table_of_the_database_is_counted_but_the_unlogged() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ALL + " AND relpersistence = 'p'")
        there = {name for (name,) in cursor.fetchall()}
    # its model went in 0006; it is dropped by a later version
    assert set(count(raw(), tables())) == there - {"burn_breach"}
    assert "rate_count" not in there  # else any restore would seem to have lost rows


def test_those_that_only_grow_have_a_moment() -> None:
    assert [
        table.name for table in tables() if table.appended and not table.moment
    ] == []


def test_a_count_is_of_rows_their_newest_and_what_is_in_them() -> None:
    prepare(raw(), within=60)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO users (name, email, created_at) VALUES"
            " ('a', 'a@x', '2026-01-31 12:00+00'), ('b', 'b@x', '2026-01-31 13:00+00')"
        )
    users = Table("users", "created_at")
    first = count(raw(), [users], digest_up_to=1 << 20)["users"]
    assert (first.rows, first.newest) == (2, datetime(2026, 1, 31, 13, tzinfo=UTC))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE users SET name = 'c' WHERE email = 'a@x'")
    second = count(raw(), [users], digest_up_to=1 << 20)["users"]
    assert second.digest != first.digest
    until = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
    assert count(raw(), [users], until=until)["users"].rows == 1


def test_a_table_that_is_not_there_is_passed_over() -> None:
    assert count(raw(), [Table("of_a_later_version")]) == {}
