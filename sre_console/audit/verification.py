"""Whether the audit log is as it was written."""

from __future__ import annotations

from sre_console.audit.chain import GENESIS, Content, digest
from sre_console.models import AuditEntry


def verify() -> list[int]:
    """The ids of entries that were changed, or that follow one that was taken out.

    What this cannot see is that the newest entries were all cut off; compare `head()` with
    one noted elsewhere for that.
    """
    broken = []
    previous = GENESIS
    for entry in AuditEntry.objects.order_by("id").iterator(chunk_size=1000):
        as_stored = Content(
            at=entry.at,
            actor=entry.actor,
            role=entry.role,
            action=entry.action,
            subject=entry.subject,
            detail=entry.detail,
            request_id=entry.request_id,
        )
        genuine = entry.hash == digest(as_stored, entry.previous_hash)
        if not genuine or entry.previous_hash != previous:
            broken.append(entry.id)
        previous = entry.hash
    return broken


def head() -> tuple[int, str]:
    """How many entries there are, and the hash of the newest."""
    newest = AuditEntry.objects.order_by("-id").first()
    return AuditEntry.objects.count(), newest.hash if newest else GENESIS
