"""The hash chain: what is hashed of an entry, and how.

Each entry's hash covers its own content and the hash of the entry before it, so that none can be
changed, put in or taken out of the middle without every later hash telling.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

GENESIS = "0" * 64  # the "hash before" of the first entry

# What PostgreSQL's text and jsonb cannot hold, and what would break a line of a report.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry says; cleaned, so that it reads back from the database as it was."""

    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    detail: Mapping[str, object]
    request_id: str


def digest(content: Content, previous: str) -> str:
    """SHA-256 in hex over the canonical JSON of the content and the hash before it."""
    canonical = json.dumps(
        {
            "at": content.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": content.actor,
            "role": content.role,
            "action": content.action,
            "subject": content.subject,
            "detail": cleaned(content.detail),
            "requestId": content.request_id,
            "previous": previous,
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
        allow_nan=False,
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def line(text: str, longest: int) -> str:
    """One line that fits the column, whatever somebody typed."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)[:longest]


def cleaned(value: object) -> object:
    """The JSON value as jsonb gives it back: 1.0 and 1e22 come back as whole numbers."""
    if isinstance(value, Mapping):
        return {line(str(key), 255): cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(item) for item in value]
    if isinstance(value, float):
        exact = Decimal(repr(value))
        return int(exact) if exact == exact.to_integral_value() else value
    if value is None or isinstance(value, bool | int):
        return value
    return line(str(value), 2000)
