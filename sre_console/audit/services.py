"""Writing to the audit log: always in the transaction of the change itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, cast

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from sre_console.audit.actor import Actor
from sre_console.audit.chain import GENESIS, SEALED, Content, Json, cleaned, line, seal
from sre_console.audit.keys import sealing_key
from sre_console.models import AuditEntry

# Any number of our own; whoever holds it writes the next link of the chain. The database's
# functions (migration 0016) take the same one.
CHAIN_LOCK = 0x49524F4E_41554454

_NEWEST = """
SELECT clock_timestamp(), number, hash FROM (
    (SELECT 0 AS age, id AS number, hash FROM audit_entry ORDER BY id DESC LIMIT 1)
    UNION ALL
    (SELECT 1, number, hash FROM audit_checkpoint ORDER BY number DESC LIMIT 1)
    UNION ALL SELECT 2, 0, %s
    ORDER BY 1 LIMIT 1
) newest
"""
_APPEND = f"SELECT audit_entry_append({', '.join(['%s'] * 16)})"

# Whoever types these has a line read backwards, or breaks it: no entry looks like another one.
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069\u2028\u2029\x85]")

_inside: ContextVar[bool] = ContextVar("audited", default=False)


@contextmanager
def audited() -> Iterator[None]:
    """The transaction of a change that the audit log is told of.

    It takes the chain's lock first of all, before any row: audited changes come one after the
    other, so that no two of them, in whatever order they lock rows, can wait for each other.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        token = _inside.set(True)
        try:
            yield
        finally:
            _inside.reset(token)


def record(  # noqa: PLR0913 - all of them by name
    *,
    actor: Actor,
    action: str,
    subject: str = "",
    detail: Mapping[str, object] | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Append one entry; it is committed or rolled back together with the change.

    Called within `audited`. `before` and `after` tell what changed and nothing else; none of
    the three ever holds a secret. `reason` is a person's own words.
    """
    if not _inside.get():
        message = "an audit entry belongs in the audited transaction of its change"
        raise RuntimeError(message)
    at, number, previous = _newest()
    content = Content(
        number=number + 1,
        at=at,
        actor=_upright(actor.name, 150),
        role=line(actor.role, 32),
        via=line(actor.via, 150),
        address=line(actor.address, 64),
        request_id=line(actor.request_id, 64),
        action=line(action, 64),
        subject=_upright(subject, 255),
        reason=_upright(reason, 2000),
        before=_told(before),
        after=_told(after),
        detail=_told(detail),
    )
    return _append(content, previous)


def moment() -> datetime:
    """Database time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at


def _upright(text: str, longest: int) -> str:
    """A line whose letters stand in the order in which they are read."""
    return line(_TURNED.sub("\N{REPLACEMENT CHARACTER}", text), longest)


def _told(told: Mapping[str, object] | None) -> Json:
    return cast("Json", cleaned(told or {}))


def _newest() -> tuple[datetime, int, str]:
    """Now, and the entry that the next one follows."""
    with connection.cursor() as cursor:
        # its snapshot is taken after the lock was granted
        cursor.execute(_NEWEST, [GENESIS])
        at, number, previous = cursor.fetchone()
    return at, number, previous


def _append(content: Content, previous: str) -> AuditEntry:
    key = sealing_key()
    key_id = key.id
    sealed = seal(content, previous, key, key_id)
    entry = AuditEntry(
        id=content.number,
        at=content.at,
        actor=content.actor,
        role=content.role,
        via=content.via,
        address=content.address,
        request_id=content.request_id,
        action=content.action,
        subject=content.subject,
        reason=content.reason,
        before=dict(content.before),
        after=dict(content.after),
        detail=dict(content.detail),
        previous_hash=previous,
        hash=sealed,
        scheme=SEALED,
        key_id=key_id,
    )
    sent: list[Any] = [
        entry.id, entry.at, entry.actor, entry.role, entry.via, entry.address,
        entry.request_id, entry.action, entry.subject, entry.reason,
        Jsonb(entry.before), Jsonb(entry.after), Jsonb(entry.detail),
        previous, sealed, key_id,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, sent)
    entry._state.adding = False  # noqa: SLF001 - it is stored, not by the ORM
    entry._state.db = connection.alias  # noqa: SLF001
    return entry
