"""Where the log begins, once its older part is in an archive."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC

from sre_console.audit.chain import SEALED, Key, canonical
from sre_console.audit.walk import Broken, Place
from sre_console.models import AuditCheckpoint


def checkpoint_seal(key: Key, row: AuditCheckpoint) -> str:
    """Over all that it says."""
    told = {
        "checkpoint": row.number,
        "hash": row.hash,
        "scheme": row.scheme,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "removed": row.removed,
        "archiveDigest": row.archive_digest,
        "keyId": row.key_id,
    }
    return key.sign(canonical(told))


def beginning(keys: Mapping[str, Key]) -> Place | Broken:
    """The place before the oldest entry that is kept."""
    newest = AuditCheckpoint.objects.order_by("-number").first()
    if newest is None:
        return Place()
    key = keys.get(newest.key_id)
    told = "" if key is None else checkpoint_seal(key, newest)
    if not hmac.compare_digest(newest.seal.encode(), told.encode()):
        return Broken(newest.number, "checkpoint")
    return Place(newest.number, newest.hash, sealed=newest.scheme == SEALED)
