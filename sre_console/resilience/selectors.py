"""Reading the patterns' switch, and how every replica's patterns stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings

from ironclad.envelope import timestamp
from ironclad.resilience.patterns import PATTERNS
from sre_console.chaos.rows import database_now
from sre_console.chaos.selectors import REPLICA_SILENT
from sre_console.models import PatternSwitch, Replica
from sre_console.resilience.rows import switch_of
from sre_console.resilience.switch import Switch

_SWITCH = "SELECT * FROM pattern_switch WHERE id = 1"
LISTS = ("breakers", "bulkheads", "pools", "retries")


@dataclass(frozen=True, slots=True)
class SwitchStatus:
    switch: Switch
    remaining: float  # seconds by the database's clock
    replicas: int
    confirmed: int  # replicas that hold this version


def switch_read() -> tuple[Switch, float]:
    """The switch and its remaining seconds: what a replica asks for often."""
    switch, remaining, _now = _read()
    return switch, remaining


def switch_json(status: SwitchStatus) -> dict[str, object]:
    switch = status.switch
    return {
        "version": switch.version,
        "off": list(switch.off),
        "inForce": [pattern for pattern in PATTERNS if pattern not in switch.off],
        "ttlSeconds": switch.ttl_seconds,
        "startedAt": timestamp(switch.started_at) if switch.started_at else None,
        "expiresAt": timestamp(switch.expires_at) if switch.expires_at else None,
        "startedBy": switch.started_by,
        "reason": switch.reason,
        "remainingSeconds": round(status.remaining, 3),
        "replicas": {"count": status.replicas, "confirmed": status.confirmed},
    }


def resilience_report() -> dict[str, object]:
    """The answer of /api/resilience: what every running replica has said within 5 s."""
    switch, remaining, now = _read()
    alive = Replica.objects.filter(seen_at__gt=now - REPLICA_SILENT)
    rows = list(alive.order_by("started_at", "id"))
    held = [row.resilience.get("patterns", {}).get("version") for row in rows]
    status = SwitchStatus(
        switch, remaining, len(rows), sum(v == switch.version for v in held)
    )
    return {
        "source": "fleet",
        "patterns": switch_json(status),
        "replicas": [
            {"id": str(row.id), "seenAt": timestamp(row.seen_at)} for row in rows
        ],
        **together([row.resilience for row in rows]),
    }


def together(states: Sequence[dict[str, Any]]) -> dict[str, list[object]]:
    """The lists of several replicas as one list each."""
    return {
        name: [item for state in states for item in state.get(name, ())]
        for name in LISTS
    }


def _read() -> tuple[Switch, float, datetime]:
    row = next(iter(PatternSwitch.objects.raw(_SWITCH)), None) or PatternSwitch()
    now = database_now()
    switch = switch_of(row, now)
    if switch.off and not settings.CHAOS_ALLOWED:
        switch = replace(switch, off=())  # left over from before it was forbidden
    if not switch.off or switch.expires_at is None:
        return switch, 0.0, now
    return switch, (switch.expires_at - now).total_seconds(), now
