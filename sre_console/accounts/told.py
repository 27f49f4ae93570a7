"""Tells every replica that a person's rights or a session have changed.

Open consoles look at once, instead of within half a minute. Call it inside the transaction of the
change: PostgreSQL delivers it at commit, and never when that is rolled back.
"""

from __future__ import annotations

from django.db import connection

CHANNEL = "ironclad_people"


def people_changed(user_pk: int) -> None:
    """A role, an activation, a password, or all sessions of one person."""
    _tell(user_topic(user_pk))


def session_ended(digest: str) -> None:
    """One session, by the key of its row (`SessionStore.digest`)."""
    if digest:
        _tell(session_topic(digest))


def user_topic(user_pk: int) -> str:
    return f"user:{user_pk}"


def session_topic(digest: str) -> str:
    return f"session:{digest}"


def _tell(topic: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, topic])
