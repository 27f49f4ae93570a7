"""How the fault plan is changed, whoever asks: its row, its period, its audit entry, the NOTIFY.

What may be asked for, and by whom, is in `services` (people) and `holding` (game days).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from ironclad.errors import PreconditionFailed
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.changes import Json, changes
from sre_console.audit.services import record
from sre_console.chaos.allowance import Allowance
from sre_console.chaos.asked import TTL_DEFAULT
from sre_console.chaos.concealment import columns_told
from sre_console.chaos.expiry import close_expired
from sre_console.chaos.floor import floor
from sre_console.chaos.no_faults import no_faults_check
from sre_console.chaos.permission import confirmed_fault, injection_allowed_check
from sre_console.chaos.plan import FaultSpec, Plan
from sre_console.chaos.policy import hold_check
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
    why: str = ""  # of a change that leaves no plan to have a reason


def may_inject(actor: Actor) -> None:
    access_check(actor, "faults.change")
    injection_allowed_check()


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
    """Raises Conflict where this would start or raise a fault while that is forbidden.

    That is while the lever "no faults" is pulled, or below the floor. Lowering and ending are
    never refused. While it is pulled not even an empty plan is switched on.
    """
    raised = _raises(before, spec)
    if raised or not before.enabled:
        no_faults_check()
    if raised:
        floor.check()


def confirmation(before: Plan, spec: FaultSpec, confirm: object) -> dict[str, object]:
    """For the audit entry: that a fault which touches much was confirmed.

    Raises Conflict where this starts or raises one that is not, or where `confirm` is the name
    of another environment.
    """
    if confirm is not None or _raises(before, spec):
        return confirmed_fault(spec, confirm)
    return {}


def _raises(before: Plan, spec: FaultSpec) -> bool:
    return spec.raises(before.spec if before.enabled else NOTHING)


def change_apply(
    row: FaultPlan, change: Change, *, now: datetime, actor: Actor, action: str
) -> Plan:
    columns = fields_of(change.spec)
    before, after = _changes(row, change, now)
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
        subject=f"fault plan {row.version}",
        detail={
            **columns_told(columns, concealed=change.concealed),
            "enabled": row.enabled,
            "ttl_seconds": row.ttl_seconds,
            **({"holder": row.holder} if row.holder else {}),
            **change.detail,
        },
        before=before,
        after=after,
        reason="" if change.concealed else change.why or row.reason,
    )
    with connection.cursor() as cursor:  # delivered at commit
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(row.version)])
    return plan_of(row, now)


def _changes(row: FaultPlan, change: Change, now: datetime) -> tuple[Json, Json]:
    """What differs from the plan before; nothing of a secret, be it the old or the new one."""
    old = plan_of(row, now)
    was: Json = {"enabled": old.enabled, "holder": old.holder}
    will: Json = {"enabled": change.enabled, "holder": change.holder}
    if old.secret or change.concealed:
        return changes(was, {**will, "concealed": change.concealed})
    was |= fields_of(old.spec) if old.enabled else fields_of(NOTHING)
    return changes(was, will | fields_of(change.spec))
