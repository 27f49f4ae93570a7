"""Whether there is anything to do, for who asks each second.

To write such a question takes Django's ORM longer than PostgreSQL to answer it, and while it does
so the requests of the process wait for the interpreter's lock.
"""

from __future__ import annotations

from typing import Any, LiteralString

from django.db import connection


def exists(rows: LiteralString, *values: Any) -> bool:
    """Whether a statement (`SELECT FROM …`) finds a row."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({rows})", values)
        return bool(cursor.fetchone()[0])
