"""Ending runs at a person's word: one of them, or every one with STOP ALL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import structlog

from ironclad.errors import Conflict
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited
from sre_console.chaos.holding import plan_release
from sre_console.chaos.rows import database_now
from sre_console.gamedays.course import endings
from sre_console.gamedays.course.acts import Tell
from sre_console.gamedays.course.course import Course, Ending
from sre_console.gamedays.course.direction import ended
from sre_console.gamedays.outcome.record import noted
from sre_console.gamedays.running.block import block_set
from sre_console.gamedays.running.holding import actor_of, holder_of
from sre_console.gamedays.running.services import game_day_find
from sre_console.gamedays.running.settling import run_ended
from sre_console.models import GameDay, GameDayBlock

logger = structlog.get_logger(__name__)


def game_day_stop(*, actor: Actor, number: int, reason: str = "") -> GameDay:
    """End one run and its faults; its rollbacks still run. Raises NotFound and Conflict."""
    access_check(actor, "game_days.stop")
    game_day_find(number)
    with audited():
        row = GameDay.objects.select_for_update().get(pk=number)
        if row.state not in {"running", "waiting"}:
            message = f"Game day {number} is over already."
            raise Conflict(message)
        _end(row, actor, reason, database_now())
        plan_release(holder=holder_of(row), actor=actor_of(row))
    return row


def game_days_stop_all(
    *, actor: Actor, reason: str, stopped: datetime | None = None
) -> list[int]:
    """STOP ALL's part: end every run, and let no new one start; the runs that were ended.

    In the transaction that ends the faults. With `stopped`, a moment of a while ago: what began
    since is left alone.
    """
    rows = GameDay.objects.select_for_update().filter(state__in=("running", "waiting"))
    if stopped is not None:
        rows = rows.filter(created_at__lte=stopped)
    now = database_now()
    ran = []
    for row in rows.order_by("id"):
        ran.append(row.pk)
        _end(row, actor, reason, now)
        if stopped is not None:  # it may have taken hold of the faults since
            plan_release(holder=holder_of(row), actor=actor_of(row))
    if ran:
        block_set(actor=actor, game_day=ran[-1], reason=reason, at=now)
    return ran


def stop_took(ran: Sequence[int], milliseconds: float) -> None:
    """Write down how long STOP ALL took, which is known only once it is stored."""
    GameDay.objects.filter(pk__in=ran).update(stop_ms=milliseconds)
    blocks = GameDayBlock.objects.filter(blocked=True, game_day__in=ran)
    blocks.update(stop_ms=milliseconds)


def _end(row: GameDay, actor: Actor, reason: str, at: datetime) -> None:
    ending = Ending(endings.OPERATOR, reason, actor.name)
    try:
        _leave_off(row, ending, at)
    except (AttributeError, LookupError, TypeError, ValueError):
        # Of another version, say: nothing may be in the way of a stop.
        logger.exception("game_day_unreadable", game_day=row.pk)
        row.settled = True
    if row.state == "waiting":
        row.settled = True  # it never began: there is nothing to roll back
    run_ended(row, ending, at, actor=actor)
    row.save()


def _leave_off(row: GameDay, ending: Ending, at: datetime) -> None:
    course = Course.read(row.cursor, row.checks)
    for act in ended(course, ending, at.timestamp()):
        if isinstance(act, Tell):
            noted(row, act.kind, at=at, step=act.step, detail=act.detail)
    row.cursor = course.json()
    row.checks = [asdict(each) for each in course.checks]
