"""A game day's faults: it holds the plan, so that nobody changes them beside it.

A hold is a lease like the faults themselves: it ends by itself unless its holder renews it. Any
operator's stop ends it at once.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited
from sre_console.chaos.allowance import Allowance
from sre_console.chaos.changing import (
    NO_REASON,
    Change,
    change_apply,
    may_inject,
    plan_locked,
    start_check,
)
from sre_console.chaos.no_faults import no_faults_check, no_faults_read
from sre_console.chaos.plan import SEED_MOST, FaultSpec, Plan
from sre_console.chaos.policy import hold_check
from sre_console.chaos.rows import NOTHING, database_now, held
from sre_console.models import FaultPeriod, FaultPlan

HOLD = 60  # seconds after its last renewal a hold ends by itself


def plan_hold(  # noqa: PLR0913 - all of them by name
    *,
    holder: str,
    title: str,
    spec: FaultSpec | None,
    reason: str,
    actor: Actor,
    ttl: int = HOLD,
    allowance: Allowance | None = None,
    concealed: bool = False,
) -> Plan:
    """Put a game day's faults in force, or none, and hold the plan for it, for `ttl` seconds.

    It takes the place of what is in force, also of what a person has set. Each call is a new
    version. Raises Conflict while another game day holds the plan, while every fault is
    forbidden, or where this would start or raise a fault below the floor; and PermissionRefused.
    """
    active = spec is not None and spec.active
    if active:
        may_inject(actor)
    else:
        access_check(actor, "game_days.start")
    with audited():
        row, before, now = plan_locked()
        hold_check(before.holder, but=holder)
        no_faults_check()
        if spec is not None:
            start_check(before, spec)
        lasts = timedelta(seconds=ttl)
        change = Change(
            spec=_repeatable(spec) if spec is not None and active else NOTHING,
            enabled=active,
            ttl=lasts,
            reason=reason or NO_REASON,
            holder=holder,
            held_since=before.started_at if before.holder else now,
            held_until=now + lasts,
            allowance=allowance,
            concealed=concealed and active,
            end="changed" if active else "stopped",
            detail={"title": title},
        )
        action = "fault_plan.set" if active else "fault_plan.held"
        return change_apply(row, change, now=now, actor=actor, action=action)


def plan_renew(*, holder: str, version: int, ttl: int = HOLD) -> bool:
    """Let the hold and its faults last `ttl` seconds from now, as the same version.

    False where that is no longer possible: another version is in force, it has ended, or it is
    held by another. Replicas hear of it at their next reading, within a second.
    """
    with transaction.atomic():
        row = FaultPlan.objects.select_for_update().filter(id=1).first()
        now = database_now()
        if row is None or (row.version, row.holder) != (version, holder):
            return False
        if not held(row, now):
            return False
        if no_faults_read().pulled:
            return False  # pulling has ended it; this is for what may follow
        until = now + timedelta(seconds=ttl)
        periods = FaultPeriod.objects.filter(version=version, ended_at=None)
        if row.enabled and not periods.update(expires_at=until):
            return False  # its end was written down this moment
        row.held_until, row.ttl_seconds = until, ttl
        row.expires_at = until if row.enabled else None
        row.renewals += 1
        row.save(update_fields=["held_until", "ttl_seconds", "expires_at", "renewals"])
        return True


def plan_release(*, holder: str, actor: Actor) -> Plan | None:
    """End a game day's hold and the faults it has in force; None where it holds nothing."""
    access_check(actor, "game_days.start")
    with audited():
        row, before, now = plan_locked()
        if before.holder != holder:
            return None
        change = Change(end="stopped", detail={"holder": holder})
        return change_apply(
            row, change, now=now, actor=actor, action="fault_plan.released"
        )


def _repeatable(spec: FaultSpec) -> FaultSpec:
    if spec.pacing == "random" and spec.seed is None:
        return replace(spec, seed=secrets.randbelow(SEED_MOST))
    return spec
