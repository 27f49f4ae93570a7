"""How many connections the database has, and how many it lets ordinary roles have."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from sre_console.capacity.told import Taken

# Of another role's session only who and where from is told: no kind of backend, but a database.
# reserved_connections is there from PostgreSQL 16 on.
_ASKED = """
SELECT (SELECT count(*) FROM pg_stat_activity
        WHERE backend_type = 'client backend'
           OR (backend_type IS NULL AND datid IS NOT NULL)),
       current_setting('max_connections')::int,
       current_setting('superuser_reserved_connections')::int
         + coalesce(current_setting('reserved_connections', true)::int, 0)
"""


@dataclass(frozen=True, slots=True)
class Connections:
    in_use: int
    most: int  # max_connections
    reserved: int  # of those, which ordinary roles cannot have

    @property
    def taken(self) -> Taken:
        return Taken(self.in_use, max(1, self.most - self.reserved))


def connections_read() -> Connections:
    with connection.cursor() as cursor:
        cursor.execute(_ASKED)
        row = cursor.fetchone()
    assert row is not None  # noqa: S101 - for mypy: it is one row of numbers
    return Connections(*row)
