"""An entry as JSON: in exports, archives and the API."""

from __future__ import annotations

from datetime import UTC

from sre_console.models import AuditEntry

Json = dict[str, object]


def entry_json(entry: AuditEntry) -> Json:
    """All that its seal covers, under the names of the canonical JSON, and the seal."""
    return {
        "number": entry.id,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "role": entry.role,
        "via": entry.via,
        "address": entry.address,
        "requestId": entry.request_id,
        "action": entry.action,
        "subject": entry.subject,
        "reason": entry.reason,
        "before": entry.before,
        "after": entry.after,
        "detail": entry.detail,
        "previous": entry.previous_hash,
        "hash": entry.hash,
        "scheme": entry.scheme,
        "keyId": entry.key_id,
    }
