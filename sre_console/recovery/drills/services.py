"""Running a disaster drill: its start, its steps with the timer, and its end. All of it is audited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from ironclad.errors import Conflict, FieldsInvalid
from sre_console.access.checks import access_check
from sre_console.audit.actor import SYSTEM, Actor
from sre_console.audit.services import audited, moment
from sre_console.models import DisasterDrill
from sre_console.recovery.drills.asked import (
    lessons_read,
    line_read,
    start_read,
)
from sre_console.recovery.drills.judging import Judgement, targets_document
from sre_console.recovery.drills.rows import (
    MAY,
    drill_locked,
    end,
    running_locked,
    told,
)
from sre_console.recovery.drills.scenarios import SCENARIOS
from sre_console.recovery.drills.selectors import judgement_of
from sre_console.recovery.targets import AIMED, PROMISED

LONGEST = timedelta(hours=24)  # then it is abandoned: nobody is at it any more
_LESSONS_TOLD = 300  # characters in the audit log


def drill_start(*, actor: Actor, asked: Mapping[str, object]) -> DisasterDrill:
    """Begin one: `scenario` and `reason`. The timer waits for the step that marks the disaster.

    Raises PermissionRefused, FieldsInvalid, and Conflict while another one goes on.
    """
    access_check(actor, MAY)
    key, reason = start_read(asked)
    scenario = SCENARIOS.get(key)
    if scenario is None:
        message = f"scenario must be one of {', '.join(SCENARIOS)}."
        raise FieldsInvalid([("scenario", message)])
    with audited():
        now = moment()
        drills_close_expired(now)
        running = DisasterDrill.objects.filter(state="running").first()
        if running is not None:
            message = f"Disaster drill {running.pk} goes on: end it first."
            raise Conflict(message)
        document = scenario.document() | {
            "promised": targets_document(PROMISED), "aimed": targets_document(AIMED),
        }  # fmt: skip
        row = DisasterDrill.objects.create(
            scenario=key, document=document, state="running", reason=reason,
            started_by=actor.name[:150], started_at=now,
        )  # fmt: skip
        told(row, "started", actor, reason=reason, detail={"scenario": key})
    return row


def drill_finish(
    *, actor: Actor, number: int, asked: Mapping[str, object]
) -> tuple[DisasterDrill, Judgement]:
    """End it with its verdict; `lessons` may come with it."""
    access_check(actor, MAY)
    lessons = lessons_read(asked)
    with audited():
        row = running_locked(number)
        if row.recovery_seconds is None and row.restore is not None:
            row.recovery_seconds = row.restore.recovery_seconds
        judgement = judgement_of(row)
        row.verdict = "passed" if judgement.passed else "failed"
        if lessons:
            row.lessons, row.lessons_by = lessons, actor.name[:150]
        end(row, "finished", actor)
        detail = {
            "verdict": row.verdict, "recoverySeconds": row.recovery_seconds,
            "lostSeconds": row.lost_seconds, "aimMet": judgement.aimed,
            "objections": [each.step or each.kind for each in judgement.objections],
        }  # fmt: skip
        told(row, "finished", actor, detail=detail)
    return row, judgement


def drill_abandon(
    *, actor: Actor, number: int, asked: Mapping[str, object]
) -> DisasterDrill:
    """End it without a verdict; `reason` may say why."""
    access_check(actor, MAY)
    reason = line_read(asked, "reason")
    with audited():
        row = running_locked(number)
        _abandoned(row, actor, "abandoned", reason, moment())
    return row


def lessons_write(
    *, actor: Actor, number: int, asked: Mapping[str, object]
) -> DisasterDrill:
    """What was learned, as a whole: `lessons`, empty to take them away. At any time."""
    access_check(actor, MAY)
    text = lessons_read(asked)
    if text is None:
        raise FieldsInvalid([("lessons", "lessons is missing.")])
    with audited():
        row = drill_locked(number)
        if row.lessons != text:
            before = {"lessons": row.lessons[:_LESSONS_TOLD]}
            row.lessons, row.lessons_by = text, actor.name[:150]
            row.save(update_fields=["lessons", "lessons_by"])
            after = {"lessons": text[:_LESSONS_TOLD]}
            told(row, "lessons", actor, before=before, after=after)
    return row


def drills_close_expired(now: datetime | None = None) -> int:
    """Abandon what nobody has ended within LONGEST; how many. Cheap where there is none."""
    old = (now or moment()) - LONGEST
    expired = DisasterDrill.objects.filter(state="running", started_at__lt=old)
    if not expired.exists():
        return 0
    with audited():
        rows = list(expired.select_for_update())
        for row in rows:
            why = f"Nobody has ended it within {LONGEST.total_seconds() / 3600:.0f} h."
            _abandoned(row, SYSTEM, "expired", why, moment())
    return len(rows)


def _abandoned(
    row: DisasterDrill, actor: Actor, action: str, reason: str, now: datetime
) -> None:
    row.document = {**row.document, "abandonedBecause": reason}
    end(row, "abandoned", actor, now)
    told(row, action, actor, reason=reason)
