"""How the fault plan is changed, whoever asks: its row, its period, its audit entry, the NOTIFY.

What may be asked for, and by whom, is in `services` (people) and `holding` (game days).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from ironclad.errors import PreconditionFailed
from sre_console.audit.actor import Actor
from sre_console.audit.services import record
from sre_console.chaos.allowance import Allowance
from sre_console.chaos.asked import TTL_DEFAULT
from sre_console.chaos.concealment import columns_told
from sre_console.chaos.expiry import close_expired
from sre_console.chaos.floor import floor
from sre_console.chaos.plan import FaultSpec, Plan
from sre_console.chaos.policy import hold_check, injection_check
from sre_console.chaos.rows import NOTHING, End, database_now, fields_of, plan_of
from sre_console.models import FaultPeriod, FaultPlan

CHANNEL = "ironclad_plan"
NO_REASON = "no reason given"


@dataclass(frozen=True, slots=True)
class Change:
    """What the row is to hold next."""

    spec: FaultSpec = NOTHING
    enabled: bool = False
    ttl: timedelta = timedelta(seconds=TTL_DEFAULT)
    reason: str = ""
    end: End = "changed"  # of the period before
    holder: str = ""
    held_since: datetime | None = None
    held_until: datetime | None = None
    allowance: Allowance | None = None
    concealed: bool = False
    detail: dict[str, object] = field(default_factory=dict)


def may_inject(actor: Actor) -> None:
    injection_check(role=actor.role, allowed=settings.CHAOS_ALLOWED)


def plan_locked() -> tuple[FaultPlan, Plan, datetime]:
    """The row, locked until the end of the transaction: changes come one after the other."""
    FaultPlan.objects.get_or_create(id=1)
    row = FaultPlan.objects.select_for_update().get(id=1)
    now = database_now()  # after the wait for the lock
    close_expired(now)
    return row, plan_of(row, now), now


def plan_locked_by_hand(
    expected_version: int | None,
) -> tuple[FaultPlan, Plan, datetime]:
    """The same for a person's change; raises Conflict while a game day holds the plan.

    Raises PreconditionFailed unless the plan is at the version that they have seen.
    """
    row, before, now = plan_locked()
    hold_check(before.holder)
    version_check(row, expected_version)
    return row, before, now


def version_check(row: FaultPlan, expected: int | None) -> None:
    if expected is not None and expected != row.version:
        message = f"The fault plan is at version {row.version} by now."
        raise PreconditionFailed(message)


def start_check(before: Plan, spec: FaultSpec) -> None:
    """Raises Conflict where this would start or raise a fault below the floor.

    Lowering and ending are never refused.
    """
    if spec.raises(before.spec if before.enabled else NOTHING):
        floor.check()


def change_apply(
    row: FaultPlan, change: Change, *, now: datetime, actor: Actor, action: str
) -> Plan:
    columns = fields_of(change.spec)
    for name, value in columns.items():
        setattr(row, name, value)
    in_hand = change.enabled or change.holder != ""
    row.version += 1
    row.enabled = change.enabled
    row.ttl_seconds = max(1, math.ceil(change.ttl.total_seconds()))
    # A hold that is older than a stop ends with it, whatever its holder has changed since.
    row.started_at = (change.held_since or now) if in_hand else None
    row.expires_at = now + change.ttl if change.enabled else None
    row.started_by = actor.name[:150] if in_hand else ""
    row.reason = change.reason
    row.holder = change.holder
    row.held_until = change.held_until
    row.allowance = change.allowance.json() if change.allowance else {}
    row.concealed = change.concealed
    row.save()
    FaultPeriod.objects.filter(ended_at=None).update(ended_at=now, end=change.end)
    if change.enabled and change.spec.active:
        FaultPeriod.objects.create(
            version=row.version,
            began_at=now,
            expires_at=now + change.ttl,
            started_by=row.started_by,
            reason=row.reason,
            concealed=row.concealed,
            **columns,
        )
    record(
        actor=actor,
        action=action,
        subject=f"version {row.version}",
        detail={
            **columns_told(
                {**columns, "reason": row.reason}, concealed=change.concealed
            ),
            "enabled": row.enabled,
            "ttl_seconds": row.ttl_seconds,
            **({"holder": row.holder} if row.holder else {}),
            **change.detail,
        },
    )
    with connection.cursor() as cursor:  # delivered at commit
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(row.version)])
    return plan_of(row, now)
