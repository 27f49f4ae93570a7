"""Between the switch's row in the database and its value."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import cast

from ironclad.resilience.patterns import Pattern
from sre_console.models import PatternSwitch
from sre_console.resilience.switch import NOTHING_OFF, Switch


def switch_of(row: PatternSwitch, now: datetime) -> Switch:
    """The switch as it stands now: one that has expired holds nothing off."""
    if row.expires_at is None or row.expires_at <= now:
        return replace(NOTHING_OFF, version=row.version)
    return Switch(
        version=row.version,
        off=cast("tuple[Pattern, ...]", tuple(row.off)),
        ttl_seconds=row.ttl_seconds,
        started_at=row.started_at,
        expires_at=row.expires_at,
        started_by=row.started_by,
        reason=row.reason,
    )
