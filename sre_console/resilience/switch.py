"""The switch of the resilience patterns: which are off, until when, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ironclad.resilience.patterns import PATTERNS, Pattern
from sre_console.chaos.asked import TTL_DEFAULT, Asked

# What the server itself says of the switch: may be sent back, is not listened to.
_ANSWERED = frozenset(
    {"version", "inForce", "startedBy", "startedAt", "expiresAt", "remainingSeconds",
     "replicas"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Switch:
    """One version; all patterns are in force where `off` is empty."""

    version: int
    off: tuple[Pattern, ...]
    ttl_seconds: int
    started_at: datetime | None
    expires_at: datetime | None
    started_by: str
    reason: str


NOTHING_OFF = Switch(0, (), TTL_DEFAULT, None, None, "", "")


def parse(asked: Mapping[str, object]) -> tuple[tuple[Pattern, ...], int, str]:
    """The patterns to switch off, the time to live in seconds, and the reason.

    Raises FieldsInvalid that names every wrong field as it is spelt in JSON.
    """
    fields = Asked(asked)
    off = _off(fields)
    ttl, reason = fields.ttl(), fields.reason()
    fields.refuse_unknown({"off", "ttlSeconds", "reason"} | _ANSWERED)
    fields.refuse()
    return off, ttl, reason


def _off(fields: Asked) -> tuple[Pattern, ...]:
    asked = fields.asked.get("off")
    if not isinstance(asked, list | tuple):
        fields.wrong("off", f"off must be a list of {', '.join(PATTERNS)}.")
        return ()
    strange = [name for name in asked if name not in PATTERNS]
    if not strange:
        return tuple(name for name in PATTERNS if name in asked)
    named = ", ".join(repr(name)[:40] for name in strange[:3])
    fields.wrong("off", f"off must be a list of {', '.join(PATTERNS)}, not {named}.")
    return ()
