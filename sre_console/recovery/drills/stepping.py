"""Ticking the steps of a drill: what they mean to the timer, and to the figure of the loss."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ironclad.envelope import timestamp
from ironclad.errors import Conflict, FieldsInvalid, NotFound
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, moment
from sre_console.models import DisasterDrill
from sre_console.recovery.drills.asked import Tick, tick_read
from sre_console.recovery.drills.rows import MAY, running_locked, told
from sre_console.recovery.drills.scenario import Step, scenario_read
from sre_console.recovery.drills.selectors import restores_for

# The database may have been away, or have lost the drill itself: a moment is then told later.
EARLIER = timedelta(hours=24)


def step_change(
    *, actor: Actor, number: int, key: str, asked: Mapping[str, object]
) -> DisasterDrill:
    """Tick a step, or take the tick away (`done` false). What it already is changes nothing.

    `note`; and for the steps of the timer `at`, the database's now without it; for the one that
    measures `restore`, or `before`, `after` and `source`.

    Raises PermissionRefused, FieldsInvalid, NotFound, and Conflict where the drill is over.
    """
    access_check(actor, MAY)
    tick = tick_read(asked)
    with audited():
        row = running_locked(number)
        step = scenario_read(row.document).step(key)
        if step is None:
            message = "This drill has no such step."
            raise NotFound(message)
        if tick.done is any(each["key"] == key for each in row.steps):
            return row
        now = moment()
        if tick.done:
            detail = _ticked(row, step, tick, actor, now)
        else:
            _unticked(row, step)
            detail = {}
        row.recovery_seconds = _timer(row)
        row.save()
        action = "step_done" if tick.done else "step_undone"
        told(row, action, actor, detail={"step": key, **detail})
    return row


def _ticked(
    row: DisasterDrill, step: Step, tick: Tick, actor: Actor, now: datetime
) -> dict[str, object]:
    """What beside the tick is told to the audit log."""
    entry: dict[str, Any] = {
        "key": step.key, "doneAt": timestamp(now), "by": actor.name[:150],
        "note": tick.note,
    }  # fmt: skip
    detail: dict[str, object] = {}
    if step.marks in {"struck", "served"}:
        at = _moment(row, step, tick, now)
        setattr(row, f"{step.marks}_at", at)
        detail = {step.marks: timestamp(at), "told": tick.at is not None}
        entry |= {"at": timestamp(at), "told": tick.at is not None}
    elif tick.at is not None:
        raise FieldsInvalid([("at", "This step is not one of the timer's.")])
    if step.marks == "loss":
        detail = _loss(row, tick)
        entry |= detail
    elif tick.restore is not None or tick.measured is not None:
        field = "restore" if tick.restore is not None else "before"
        raise FieldsInvalid([(field, "This step measures nothing.")])
    row.steps = [*row.steps, entry]
    return detail


def _moment(row: DisasterDrill, step: Step, tick: Tick, now: datetime) -> datetime:
    """When the outage began or ended, as it was told or is now."""
    at = tick.at or now
    if not row.started_at - EARLIER <= at <= now:
        message = "at must be past, and at most a day before the drill began."
        raise FieldsInvalid([("at", message)])
    if step.marks == "served":
        if row.struck_at is None:
            message = "The disaster has not struck yet: mark that first."
            raise Conflict(message)
        if at < row.struck_at:
            message = "at must not be before the disaster struck."
            raise FieldsInvalid([("at", message)])
    return at


def _loss(row: DisasterDrill, tick: Tick) -> dict[str, object]:
    """Of a restore's own measurement, or of two moments that somebody has read."""
    if tick.measured is not None:
        row.lost_seconds, row.restore = tick.measured.seconds, None
        return {
            "before": timestamp(tick.measured.before),
            "after": timestamp(tick.measured.after),
            "source": tick.measured.source,
            "lostSeconds": row.lost_seconds,
        }
    if tick.restore is None:
        message = "Name a restore, or before, after and source: a loss is measured."
        raise FieldsInvalid([("restore", message)])
    restore = restores_for(row).filter(pk=tick.restore).first()
    if restore is None:
        message = (
            "There is no such restore since the drill began that measured its loss."
        )
        raise FieldsInvalid([("restore", message)])
    row.restore, row.lost_seconds = restore, restore.lost_seconds
    return {"restore": restore.pk, "lostSeconds": row.lost_seconds}


def _unticked(row: DisasterDrill, step: Step) -> None:
    if step.marks == "struck" and row.served_at is not None:
        message = "It is marked as served: take that back first."
        raise Conflict(message)
    if step.marks in {"struck", "served"}:
        setattr(row, f"{step.marks}_at", None)
    if step.marks == "loss":
        row.lost_seconds = row.restore = None
    row.steps = [each for each in row.steps if each["key"] != step.key]


def _timer(row: DisasterDrill) -> float | None:
    """Wall seconds of the outage; None: it has not begun, or is not over."""
    if row.struck_at is None or row.served_at is None:
        return None
    return (row.served_at - row.struck_at).total_seconds()
