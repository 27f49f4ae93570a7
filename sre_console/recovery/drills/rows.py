"""A drill's row: locked, ended, and told of in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ironclad.errors import Conflict, NotFound
from sre_console.audit.actor import Actor
from sre_console.audit.services import moment, record
from sre_console.models import DisasterDrill

MAY = "disaster_drills.run"


def drill_locked(number: int) -> DisasterDrill:
    row = DisasterDrill.objects.select_for_update().filter(pk=number).first()
    if row is None:
        message = f"There is no disaster drill {number}."
        raise NotFound(message)
    return row


def running_locked(number: int) -> DisasterDrill:
    row = drill_locked(number)
    if row.state != "running":
        message = "This disaster drill is over already."
        raise Conflict(message)
    return row


def end(
    row: DisasterDrill, state: str, actor: Actor, now: datetime | None = None
) -> None:
    row.state, row.ended_at = state, now or moment()
    row.ended_by = actor.name[:150]
    row.save()


def told(  # noqa: PLR0913 - as record has them
    row: DisasterDrill,
    action: str,
    actor: Actor,
    *,
    reason: str = "",
    detail: Mapping[str, object] | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    record(
        actor=actor, action=f"disaster_drill.{action}",
        subject=f"disaster drill {row.pk}", reason=reason,
        detail={"scenario": row.scenario, **(detail or {})}, before=before, after=after,
    )  # fmt: skip
