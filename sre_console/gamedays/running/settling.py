"""The end of a run: its state at once, and what it came to when all is counted."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import structlog
from django.db import transaction

from sre_console.audit.actor import SYSTEM, Actor
from sre_console.audit.services import record
from sre_console.gamedays.course import endings
from sre_console.gamedays.course.course import Course, Ending
from sre_console.gamedays.outcome.aftermath import aftermath_take
from sre_console.gamedays.outcome.record import noted, nudge
from sre_console.gamedays.outcome.scoring import verdict
from sre_console.models import GameDay
from sre_console.slo import lookup

logger = structlog.get_logger(__name__)


def run_ended(
    row: GameDay, ending: Ending, at: datetime, *, actor: Actor = SYSTEM
) -> None:
    """Its state and verdict, when it ends before its time; the caller saves the row."""
    before = row.state
    row.state = endings.state_of(ending.kind)
    row.verdict = verdict((), end_kind=ending.kind)
    row.end_kind, row.end_reason = ending.kind, ending.reason[:500]
    row.ended_by = ending.by[:150]
    row.ended_at = at
    told = {"kind": ending.kind, "reason": ending.reason}
    noted(row, "stopped", at=at, detail=told, actor=actor)
    _told(row, actor, before)


def settled(row: GameDay, course: Course, at: datetime) -> None:
    """Judge it, count what it cost, and keep its charts; the caller saves the row."""
    ended = at if course.ended is None else lookup.moment(course.ended)
    row.ended_at = row.ended_at or ended
    row.checks = [asdict(each) for each in course.checks]
    row.cursor = course.json()
    try:
        with transaction.atomic():
            aftermath_take(row, at)
    except Exception:
        # Whatever is wrong with the figures, the run itself is over.
        logger.exception("game_day_not_counted", game_day=row.pk)
    if course.ending is None:
        before, row.state = row.state, "finished"
        row.verdict = verdict(course.checks, end_kind=endings.COMPLETED)
        if row.drill:
            row.verdict = "failed"  # its time was up, and nobody had found it
        noted(row, "finished", at=at, detail={"verdict": row.verdict})
        _told(row, SYSTEM, before)
    row.settled = True
    nudge(row)


def _told(row: GameDay, actor: Actor, before: str) -> None:
    record(
        actor=actor,
        action=f"game_day.{row.state}",
        subject=f"game day {row.pk}",
        detail={
            "scenario": row.scenario,
            "verdict": row.verdict,
            "end": row.end_kind,
        },
        before={"state": before},
        after={"state": row.state},
        reason=row.end_reason,
    )
    nudge(row)
