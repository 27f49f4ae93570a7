"""Writing to the audit log: always in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import cast

from django.db import connection, transaction

from sre_console.audit.actor import Actor
from sre_console.audit.chain import GENESIS, Content, cleaned, digest, line
from sre_console.models import AuditEntry

# Any number of our own; whoever holds it writes the next link of the chain.
CHAIN_LOCK = 0x49524F4E_41554454

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


def record(
    *,
    actor: Actor,
    action: str,
    subject: str = "",
    detail: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Append one entry; it is committed or rolled back together with the change.

    Called within `audited`. `detail` never holds a secret.
    """
    if not _inside.get():
        message = "an audit entry belongs in the audited transaction of its change"
        raise RuntimeError(message)
    at, previous = _next_link()
    content = Content(
        at=at,
        actor=line(actor.name, 150),
        role=line(actor.role, 32),
        action=action,
        subject=line(subject, 255),
        detail=cast("Mapping[str, object]", cleaned(detail or {})),
        request_id=line(actor.request_id, 64),
    )
    return AuditEntry.objects.create(
        at=content.at,
        actor=content.actor,
        role=content.role,
        action=content.action,
        subject=content.subject,
        detail=content.detail,
        request_id=content.request_id,
        previous_hash=previous,
        hash=digest(content, previous),
    )


def _next_link() -> tuple[datetime, str]:
    with connection.cursor() as cursor:
        # its snapshot is taken after the lock was granted
        cursor.execute(
            "SELECT clock_timestamp(),"
            " (SELECT hash FROM audit_entry ORDER BY id DESC LIMIT 1)"
        )
        at, previous = cursor.fetchone()
    return at, previous or GENESIS
