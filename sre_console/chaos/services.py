"""Changing the fault plan: one transaction with its period, its audit entry and the NOTIFY."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from ironclad.errors import Conflict, FieldsInvalid, PreconditionFailed
from sre_console.audit.actor import SYSTEM, Actor
from sre_console.audit.services import audited, record
from sre_console.chaos.asked import TTL_DEFAULT, TTL_MOST
from sre_console.chaos.expiry import close_expired
from sre_console.chaos.faults.errors import RATE
from sre_console.chaos.faults.latency import LATENCY
from sre_console.chaos.plan import (
    SEED_MOST,
    FaultSpec,
    Plan,
    number_read,
    parse,
)
from sre_console.chaos.policy import changer_check, injection_check
from sre_console.chaos.rows import NOTHING, End, database_now, fields_of, plan_of
from sre_console.models import FaultPeriod, FaultPlan

CHANNEL = "ironclad_plan"
NO_REASON = "no reason given"


@dataclass(frozen=True, slots=True)
class _Change:
    """What the row is to hold next."""

    spec: FaultSpec = NOTHING
    enabled: bool = False
    ttl: timedelta = timedelta(seconds=TTL_DEFAULT)
    reason: str = ""
    end: End = "changed"  # of the period before
    detail: dict[str, object] = field(default_factory=dict)


def plan_set(
    *, actor: Actor, asked: Mapping[str, object], expected_version: int | None = None
) -> Plan:
    """Put the whole plan in force at once; every fault not named is off."""
    _may_inject(actor)
    spec, ttl, reason = parse(asked)
    if spec.pacing == "random" and spec.seed is None:
        spec = replace(spec, seed=secrets.randbelow(SEED_MOST))  # told, so repeatable
    with audited():
        row, _before, now = _locked(expected_version)
        change = _Change(
            spec=spec,
            enabled=asked.get("enabled", True) is True,
            ttl=timedelta(seconds=ttl),
            reason=reason or NO_REASON,
        )
        return _apply(row, change, now=now, actor=actor, action="fault_plan.set")


def plan_set_errors(
    *, actor: Actor, rate: object, expected_version: int | None = None
) -> Plan:
    """Change the error rate alone; 0 takes errors away and leaves the other faults."""
    _may_inject(actor)
    read = number_read(RATE, rate, field="rate")
    return _adjust(actor, expected_version, error_rate=read)


def plan_set_latency(
    *, actor: Actor, ms: object, expected_version: int | None = None
) -> Plan:
    """Change the added latency alone; 0 takes it away, its jitter included."""
    _may_inject(actor)
    read = int(number_read(LATENCY, ms, field="ms"))
    if read == 0:
        return _adjust(actor, expected_version, latency_ms=0, jitter_ms=0)
    return _adjust(actor, expected_version, latency_ms=read)


def plan_enable(*, actor: Actor, expected_version: int | None = None) -> Plan:
    """Switch on what the plan holds, for its whole time to live from now."""
    _may_inject(actor)
    return _adjust(actor, expected_version, action="fault_plan.enabled")


def plan_disable(
    *, actor: Actor, reason: str = "", expected_version: int | None = None
) -> Plan:
    """End every fault and clear the plan. Works also where faults are not allowed."""
    changer_check(actor.role)
    with audited():
        row, _before, now = _locked(expected_version)
        return _stop(row, actor, reason, now)


def plan_disable_late(*, actor: Actor, reason: str, stopped: datetime) -> None:
    """Write down a stop of a moment ago: what came into force since is left alone.

    A plan that has expired meanwhile is told of as well.
    """
    with audited():
        row, _before, now = _locked(None)
        if row.enabled and row.started_at is not None and row.started_at <= stopped:
            _stop(row, actor, reason, now)


def plan_extend(
    *, actor: Actor, seconds: object = 60, expected_version: int | None = None
) -> Plan:
    """Move the expiry of the plan in force; at most an hour from now is left then."""
    _may_inject(actor)
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise FieldsInvalid([("seconds", "seconds must be a whole number.")])
    if not 1 <= seconds <= TTL_MOST:
        message = f"seconds must be from 1 to {TTL_MOST}."
        raise FieldsInvalid([("seconds", message)])
    with audited():
        row, before, now = _locked(expected_version)
        if not before.enabled or before.expires_at is None:
            message = "There is no fault plan in force to extend."
            raise Conflict(message)
        left = before.expires_at - now + timedelta(seconds=seconds)
        change = _Change(
            spec=before.spec,
            enabled=True,
            ttl=min(left, timedelta(seconds=TTL_MOST)),
            reason=before.reason,
            detail={"seconds": seconds},
        )
        return _apply(row, change, now=now, actor=actor, action="fault_plan.extended")


def plan_lapse(*, version: int) -> None:
    """End a version that a replica has ended by itself while the database was away.

    Does nothing when somebody has changed the plan since.
    """
    with audited():
        row, before, now = _locked(None)
        if row.version == version and before.enabled:
            change = _Change(end="lapsed", detail={"lapsed": version})
            _apply(row, change, now=now, actor=SYSTEM, action="fault_plan.lapsed")


def _stop(row: FaultPlan, actor: Actor, reason: str, now: datetime) -> Plan:
    change = _Change(end="stopped", detail={"reason": reason} if reason else {})
    return _apply(row, change, now=now, actor=actor, action="fault_plan.disabled")


def _may_inject(actor: Actor) -> None:
    injection_check(role=actor.role, allowed=settings.CHAOS_ALLOWED)


def _adjust(
    actor: Actor,
    expected_version: int | None,
    *,
    action: str = "fault_plan.set",
    **faults: Any,
) -> Plan:
    """Change some faults of the plan as it is, switch it on and restart its time to live."""
    with audited():
        row, before, now = _locked(expected_version)
        change = _Change(
            spec=replace(before.spec, **faults),
            enabled=True,
            ttl=timedelta(seconds=before.ttl_seconds),
            reason=(before.reason if before.enabled else "") or NO_REASON,
        )
        return _apply(row, change, now=now, actor=actor, action=action)


def _locked(expected_version: int | None) -> tuple[FaultPlan, Plan, datetime]:
    """The row, locked until the end of the transaction: changes come one after the other."""
    FaultPlan.objects.get_or_create(id=1)
    row = FaultPlan.objects.select_for_update().get(id=1)
    now = database_now()  # after the wait for the lock
    close_expired(now)
    if expected_version is not None and expected_version != row.version:
        message = f"The fault plan is at version {row.version} by now."
        raise PreconditionFailed(message)
    return row, plan_of(row, now), now


def _apply(
    row: FaultPlan, change: _Change, *, now: datetime, actor: Actor, action: str
) -> Plan:
    columns = fields_of(change.spec)
    for name, value in columns.items():
        setattr(row, name, value)
    row.version += 1
    row.enabled = change.enabled
    row.ttl_seconds = max(1, math.ceil(change.ttl.total_seconds()))
    row.started_at = now if change.enabled else None
    row.expires_at = now + change.ttl if change.enabled else None
    row.started_by = actor.name[:150] if change.enabled else ""
    row.reason = change.reason
    row.save()
    FaultPeriod.objects.filter(ended_at=None).update(ended_at=now, end=change.end)
    if change.enabled and change.spec.active:
        FaultPeriod.objects.create(
            version=row.version,
            began_at=now,
            expires_at=now + change.ttl,
            started_by=row.started_by,
            reason=row.reason,
            **columns,
        )
    record(
        actor=actor,
        action=action,
        subject=f"version {row.version}",
        detail={
            **columns,
            "enabled": row.enabled,
            "ttl_seconds": row.ttl_seconds,
            "reason": row.reason,
            **change.detail,
        },
    )
    with connection.cursor() as cursor:  # delivered at commit
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(row.version)])
    return plan_of(row, now)
