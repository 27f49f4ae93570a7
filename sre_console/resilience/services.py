"""Switching patterns off and on again: one transaction with its period, audit entry and NOTIFY.

Like a fault: with owner, reason and expiry, held by each replica as a lease.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from django.db import connection
from django.db.models.functions import Now

from ironclad.database.existing import exists
from ironclad.errors import PreconditionFailed
from ironclad.resilience.patterns import Pattern
from sre_console.access.checks import access_check
from sre_console.audit.actor import SYSTEM, Actor
from sre_console.audit.changes import changes
from sre_console.audit.services import audited, record
from sre_console.chaos.asked import TTL_DEFAULT
from sre_console.chaos.changing import NO_REASON
from sre_console.chaos.no_faults import no_faults_check
from sre_console.chaos.permission import injection_allowed_check
from sre_console.chaos.rows import database_now
from sre_console.models import PatternPeriod, PatternSwitch
from sre_console.resilience.channel import notify
from sre_console.resilience.rows import switch_of
from sre_console.resilience.switch import Switch, parse

_OVER = """
SELECT FROM pattern_period
WHERE ended_at IS NULL AND expires_at <= coalesce(%s, statement_timestamp())
"""
End = Literal["changed", "restored", "lapsed"]


def switch_set(
    *, actor: Actor, asked: Mapping[str, object], expected_version: int | None = None
) -> Switch:
    """Put the named patterns out of force, and every other in force."""
    access_check(actor, "patterns.change")
    off, ttl, reason = parse(asked)
    if off:
        injection_allowed_check()
    with audited():
        row, now = _locked(expected_version)
        if off:
            no_faults_check()
        return _apply(
            row,
            off,
            now=now,
            actor=actor,
            ttl=ttl,
            reason=reason or NO_REASON,
            end="changed" if off else "restored",
            action="patterns.set" if off else "patterns.restored",
        )


def switch_restore(*, actor: Actor) -> Switch:
    """Put every pattern in force; nothing is written where none is off."""
    access_check(actor, "faults.stop")
    with audited():
        row, now = _locked(None)
        if not switch_of(row, now).off:
            return switch_of(row, now)
        return _end(row, "restored", actor, now)


def switch_restore_late(*, actor: Actor, stopped: datetime) -> None:
    """Write down a stop of a moment ago: what was switched off since is left alone.

    A switch that has expired meanwhile is told of as well.
    """
    with audited():
        row, now = _locked(None)
        if row.off and row.started_at is not None and row.started_at <= stopped:
            _end(row, "restored", actor, now)


def switch_lapse(*, version: int) -> None:
    """End a version that a replica has ended by itself while the database was away.

    Does nothing when somebody has changed the switch since.
    """
    with audited():
        row, now = _locked(None)
        if row.version == version and switch_of(row, now).off:
            _end(row, "lapsed", SYSTEM, now)


def switch_close_expired(now: datetime | None = None) -> int:
    """Write down the ends of the periods whose expiry has passed; how many."""
    if not exists(_OVER, now):
        return 0
    over = PatternPeriod.objects.filter(ended_at=None, expires_at__lte=now or Now())
    with audited():
        closed = 0
        for period in over.select_for_update().order_by("version"):
            period.ended_at, period.end = period.expires_at, "expired"
            period.save(update_fields=["ended_at", "end"])
            closed += 1
            record(
                actor=SYSTEM,
                action="patterns.expired",
                subject=f"patterns {period.version}",
                detail={"startedBy": period.started_by},
                before={"off": period.off},
                after={"off": []},
            )
    return closed


def _locked(expected_version: int | None) -> tuple[PatternSwitch, datetime]:
    PatternSwitch.objects.get_or_create(id=1)
    row = PatternSwitch.objects.select_for_update().get(id=1)
    now = database_now()  # after the wait for the lock
    switch_close_expired(now)
    if expected_version is not None and expected_version != row.version:
        message = f"The patterns' switch is at version {row.version} by now."
        raise PreconditionFailed(message)
    return row, now


def _end(row: PatternSwitch, how: End, actor: Actor, now: datetime) -> Switch:
    return _apply(row, (), now=now, actor=actor, end=how, action=f"patterns.{how}")


def _apply(  # noqa: PLR0913 - what the row is to hold next
    row: PatternSwitch,
    off: tuple[Pattern, ...],
    *,
    now: datetime,
    actor: Actor,
    end: End,
    action: str,
    ttl: int = TTL_DEFAULT,
    reason: str = "",
) -> Switch:
    before, after = changes({"off": list(switch_of(row, now).off)}, {"off": list(off)})
    row.version += 1
    row.off = list(off)
    row.ttl_seconds = ttl
    row.started_at = now if off else None
    expires = now + timedelta(seconds=ttl)
    row.expires_at = expires if off else None
    row.started_by = actor.name[:150] if off else ""
    row.reason = reason if off else ""
    row.save()
    PatternPeriod.objects.filter(ended_at=None).update(ended_at=now, end=end)
    if off:
        PatternPeriod.objects.create(
            version=row.version,
            off=row.off,
            began_at=now,
            expires_at=expires,
            started_by=row.started_by,
            reason=row.reason,
        )
    record(
        actor=actor,
        action=action,
        subject=f"patterns {row.version}",
        detail={"off": row.off, "ttl_seconds": ttl},
        before=before,
        after=after,
        reason=reason,
    )
    notify(connection)
    return switch_of(row, now)
