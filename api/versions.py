"""Which state of the users an answer tells of, and which one a change has made.

A version is the id of the transaction that wrote; a client that sends it back with a read is
answered from a state that has it (docs/guide/caching.md).
"""

from __future__ import annotations

from django.db import connection
from rest_framework.request import Request

from api.facts import from_edge

HEADER = "X-Ironclad-Version"


def note_snapshot(request: Request) -> None:
    """Where the edge would keep the answer: what it holds at least, read before it."""
    known = from_edge(request)
    if known is not None and known.fills:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_snapshot()::text")
            known.snapshot = cursor.fetchone()[0]


def current() -> str:
    """The version that the running transaction makes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        return str(cursor.fetchone()[0])
