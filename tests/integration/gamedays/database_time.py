"""PostgreSQL's clock, set by hand: a function of the same name is found before its own."""

from __future__ import annotations

from django.db import connection

_FUNCTIONS = """
CREATE SCHEMA set_time;
CREATE FUNCTION set_time.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS $$ SELECT to_timestamp(current_setting('set_time.now')::float8) $$;
CREATE FUNCTION set_time.statement_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS $$ SELECT set_time.clock_timestamp() $$;
SET LOCAL search_path TO set_time, pg_catalog, public;
"""


def time_by_hand(now: float) -> None:
    """For the rest of the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('set_time.now', %s, true)", [repr(now)])
        cursor.execute(_FUNCTIONS)


def time_set(now: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('set_time.now', %s, true)", [repr(now)])
