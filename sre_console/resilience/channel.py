"""The nudge that something about the patterns or the breakers has changed."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

CHANNEL = "ironclad_resilience"


def notify(connection: BaseDatabaseWrapper) -> None:
    """Delivered at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
