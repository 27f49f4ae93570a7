"""The chain: what is sealed of an entry, and how. docs/guide/audit.md specifies it.

Each entry's seal covers its own content and the seal of the entry before it, so that none can be
changed, put in or taken out of the middle without every later seal telling. A seal is an
HMAC-SHA256 (scheme 2) whose key is not in the database; the first entries of older installations
have a plain SHA-256 (scheme 1).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

GENESIS = "0" * 64  # the "hash before" of the first entry
PLAIN, SEALED = 1, 2  # schemes

Json = Mapping[str, object]

# What PostgreSQL's text and jsonb cannot hold, and what would break a line of a report.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_MOST = 10**300  # a longer whole number is written as text


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry says; cleaned, so that it reads back from the database as it was."""

    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    detail: Json
    request_id: str
    number: int = 0
    via: str = ""
    address: str = ""
    reason: str = ""
    before: Json = field(default_factory=dict)
    after: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Key:
    """A secret to seal with; its id says which one it was and nothing of the secret."""

    secret: bytes

    @property
    def id(self) -> str:
        return self.sign(b"ironclad audit key")[:16]

    def sign(self, what: bytes) -> str:
        return hmac.new(self.secret, what, hashlib.sha256).hexdigest()


def seal(content: Content, previous: str, key: Key, key_id: str) -> str:
    """HMAC-SHA256 in hex over the canonical JSON of the content and the seal before it."""
    return key.sign(
        canonical(
            {
                "scheme": SEALED,
                "keyId": key_id,
                "number": content.number,
                "at": _moment(content.at),
                "actor": content.actor,
                "role": content.role,
                "via": content.via,
                "address": content.address,
                "requestId": content.request_id,
                "action": content.action,
                "subject": content.subject,
                "reason": content.reason,
                "before": content.before,
                "after": content.after,
                "detail": content.detail,
                "previous": previous,
            }
        )
    )


def digest(content: Content, previous: str) -> str:
    """Scheme 1: SHA-256 in hex, of what an entry said then."""
    told = json.dumps(
        {
            "at": _moment(content.at),
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
    return hashlib.sha256(told.encode()).hexdigest()


def canonical(document: Json) -> bytes:
    """UTF-8, keys in the order of their code points, no blanks, no escape but JSON's own.

    Raises ValueError for a number that JSON has none for.
    """
    return json.dumps(
        document,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    ).encode()


def line(text: str, longest: int) -> str:
    """One line that fits the column, whatever somebody typed."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)[:longest]


def cleaned(value: object) -> object:
    """The JSON value as jsonb gives it back: 1.0 and 1e22 come back as whole numbers."""
    if isinstance(value, Mapping):
        return {line(str(key), 255): cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and -_MOST < value < _MOST:
        return value
    if isinstance(value, float) and math.isfinite(value):
        exact = Decimal(repr(value))
        return int(exact) if exact == exact.to_integral_value() else value
    return line(f"{value:x}" if isinstance(value, int) else str(value), 2000)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
