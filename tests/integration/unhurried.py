"""Takes back the limits of an inner transaction that a test's own one inherits."""

from __future__ import annotations

from django.db import connection


def take_time() -> None:
    """Let the test's transaction pause for longer than a beat's or a turn's may.

    Both set their limits with SET LOCAL, which outlives the savepoint that they are in a test:
    on a busy machine the server would end its connection between two of its statements.
    """
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
