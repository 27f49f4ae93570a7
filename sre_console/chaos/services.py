"""Changing the fault plan by hand, and ending it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ironclad.errors import Conflict, FieldsInvalid
from sre_console.access.checks import access_check
from sre_console.audit.actor import SYSTEM, Actor
from sre_console.audit.services import audited
from sre_console.chaos.asked import TTL_MOST
from sre_console.chaos.changing import (
    NO_REASON,
    Change,
    change_apply,
    confirmation,
    may_inject,
    plan_locked,
    plan_locked_by_hand,
    start_check,
    version_check,
)
from sre_console.chaos.faults.errors import RATE
from sre_console.chaos.faults.latency import LATENCY
from sre_console.chaos.no_faults import no_faults_check
from sre_console.chaos.plan import (
    SEED_MOST,
    Plan,
    number_read,
    parse,
)
from sre_console.models import FaultPlan


def plan_set(
    *, actor: Actor, asked: Mapping[str, object], expected_version: int | None = None
) -> Plan:
    """Put the whole plan in force at once; every fault not named is off.

    `confirm` in it is the environment's name, where the plan touches more than may be touched
    without it.
    """
    may_inject(actor)
    spec, ttl, reason = parse(asked)
    confirm = asked.get("confirm")
    if spec.pacing == "random" and spec.seed is None:
        spec = replace(spec, seed=secrets.randbelow(SEED_MOST))  # told, so repeatable
    with audited():
        row, before, now = plan_locked_by_hand(expected_version)
        enabled = asked.get("enabled", True) is True
        told: dict[str, object] = {}
        if enabled:
            start_check(before, spec)
            told = confirmation(before, spec, confirm)
        change = Change(
            spec=spec,
            enabled=enabled,
            ttl=timedelta(seconds=ttl),
            reason=reason or NO_REASON,
            detail=told,
        )
        return change_apply(row, change, now=now, actor=actor, action="fault_plan.set")


def plan_set_errors(
    *,
    actor: Actor,
    rate: object,
    expected_version: int | None = None,
    confirm: object = None,
) -> Plan:
    """Change the error rate alone; 0 takes errors away and leaves the other faults."""
    may_inject(actor)
    read = number_read(RATE, rate, field="rate")
    return _adjust(actor, expected_version, confirm, error_rate=read)


def plan_set_latency(
    *,
    actor: Actor,
    ms: object,
    expected_version: int | None = None,
    confirm: object = None,
) -> Plan:
    """Change the added latency alone; 0 takes it away, its jitter included."""
    may_inject(actor)
    read = int(number_read(LATENCY, ms, field="ms"))
    if read == 0:
        return _adjust(actor, expected_version, confirm, latency_ms=0, jitter_ms=0)
    return _adjust(actor, expected_version, confirm, latency_ms=read)


def plan_enable(
    *, actor: Actor, expected_version: int | None = None, confirm: object = None
) -> Plan:
    """Switch on what the plan holds, for its whole time to live from now."""
    may_inject(actor)
    return _adjust(actor, expected_version, confirm, action="fault_plan.enabled")


def plan_disable(
    *, actor: Actor, reason: str = "", expected_version: int | None = None
) -> Plan:
    """End every fault and clear the plan. Works also where faults are not allowed.

    A game day that holds the plan holds it no longer.
    """
    access_check(actor, "faults.stop")
    with audited():
        row, _before, now = plan_locked()
        version_check(row, expected_version)
        return _stop(row, actor, reason, now)


def plan_disable_late(*, actor: Actor, reason: str, stopped: datetime) -> None:
    """Write down a stop of a moment ago: what came into force since is left alone.

    A plan that has expired meanwhile is told of as well.
    """
    with audited():
        row, _before, now = plan_locked()
        there = row.enabled or row.holder != ""
        if there and row.started_at is not None and row.started_at <= stopped:
            _stop(row, actor, reason, now)


def plan_extend(
    *, actor: Actor, seconds: object = 60, expected_version: int | None = None
) -> Plan:
    """Move the expiry of the plan in force; at most an hour from now is left then."""
    may_inject(actor)
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise FieldsInvalid([("seconds", "seconds must be a whole number.")])
    if not 1 <= seconds <= TTL_MOST:
        message = f"seconds must be from 1 to {TTL_MOST}."
        raise FieldsInvalid([("seconds", message)])
    with audited():
        row, before, now = plan_locked_by_hand(expected_version)
        no_faults_check()
        if not before.enabled or before.expires_at is None:
            message = "There is no fault plan in force to extend."
            raise Conflict(message)
        left = before.expires_at - now + timedelta(seconds=seconds)
        change = Change(
            spec=before.spec,
            enabled=True,
            ttl=min(left, timedelta(seconds=TTL_MOST)),
            reason=before.reason,
            detail={"seconds": seconds},
        )
        return change_apply(
            row, change, now=now, actor=actor, action="fault_plan.extended"
        )


def plan_lapse(*, version: int) -> None:
    """End a version that a replica has ended by itself while the database was away.

    Does nothing when somebody has changed the plan since.
    """
    with audited():
        row, before, now = plan_locked()
        if row.version == version and before.enabled:
            change = Change(
                end="lapsed",
                reason=before.reason if before.holder else "",
                holder=before.holder,  # which decides what comes next
                held_since=before.started_at if before.holder else None,
                held_until=before.held_until,
                allowance=before.allowance if before.holder else None,
                detail={"lapsed": version},
            )
            change_apply(row, change, now=now, actor=SYSTEM, action="fault_plan.lapsed")


def _stop(row: FaultPlan, actor: Actor, reason: str, now: datetime) -> Plan:
    change = Change(end="stopped", why=reason)
    return change_apply(row, change, now=now, actor=actor, action="fault_plan.disabled")


def _adjust(
    actor: Actor,
    expected_version: int | None,
    confirm: object,
    *,
    action: str = "fault_plan.set",
    **faults: Any,
) -> Plan:
    """Change some faults of the plan as it is, switch it on and restart its time to live."""
    with audited():
        row, before, now = plan_locked_by_hand(expected_version)
        spec = replace(before.spec, **faults)
        start_check(before, spec)
        told = confirmation(before, spec, confirm)
        change = Change(
            spec=spec,
            enabled=True,
            ttl=timedelta(seconds=before.ttl_seconds),
            reason=(before.reason if before.enabled else "") or NO_REASON,
            detail=told,
        )
        return change_apply(row, change, now=now, actor=actor, action=action)
