"""Disaster drills as the API tells them. Seconds are wall time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ironclad.envelope import timestamp
from sre_console.models import DisasterDrill
from sre_console.recovery.drills.judging import targets_document
from sre_console.recovery.drills.scenario import scenario_read
from sre_console.recovery.drills.scenarios import SCENARIOS
from sre_console.recovery.drills.schedule import drills_due
from sre_console.recovery.drills.selectors import drills_last, judgement_of
from sre_console.recovery.targets import AIMED, PROMISED

Json = dict[str, Any]


def board_json(now: datetime) -> Json:
    """Each scenario with its last run and when it is due, and what they are judged by."""
    last = drills_last()
    return {
        "promised": targets_document(PROMISED),
        "aimed": targets_document(AIMED),
        "scenarios": [
            {
                "key": due.scenario,
                "title": SCENARIOS[due.scenario].title,
                "story": SCENARIOS[due.scenario].story,
                "runbook": SCENARIOS[due.scenario].runbook,
                "steps": len(SCENARIOS[due.scenario].steps),
                "last": _last(last.get(due.scenario)),
                "passedAt": _at(due.passed_at),
                "dueAt": timestamp(due.due_at),
                "overdue": due.overdue(now),
            }
            for due in drills_due(now)
        ],
    }


def drill_json(row: DisasterDrill) -> Json:
    """In short; for lists."""
    return {
        "id": row.pk,
        "scenario": row.scenario,
        "title": row.document["title"],
        "state": row.state,
        "verdict": row.verdict,
        "reason": row.reason,
        "startedBy": row.started_by,
        "startedAt": timestamp(row.started_at),
        "endedBy": row.ended_by or None,
        "endedAt": _at(row.ended_at),
        "struckAt": _at(row.struck_at),
        "servedAt": _at(row.served_at),
        "recoverySeconds": row.recovery_seconds,
        "lostSeconds": row.lost_seconds,
        "aimMet": judgement_of(row).aimed,
    }


def drill_whole_json(row: DisasterDrill) -> Json:
    """With its steps, what stands against it (or did), and what was learned."""
    scenario, judgement = scenario_read(row.document), judgement_of(row)
    done = {each["key"]: each for each in row.steps}
    return drill_json(row) | {
        "story": scenario.story,
        "runbook": scenario.runbook,
        "promised": row.document["promised"],
        "aimed": row.document["aimed"],
        "abandonedBecause": row.document.get("abandonedBecause"),
        "restore": row.restore_id,
        "lessons": row.lessons,
        "lessonsBy": row.lessons_by or None,
        "objections": [
            {"kind": each.kind, "step": each.step or None}
            for each in judgement.objections
        ],
        "steps": [
            {
                "key": step.key,
                "title": step.title,
                "seen": step.seen,
                "marks": step.marks or None,
                "required": step.required,
                "done": step.key in done,
                "doneAt": done.get(step.key, {}).get("doneAt"),
                "by": done.get(step.key, {}).get("by"),
                "note": done.get(step.key, {}).get("note", ""),
            }
            for step in scenario.steps
        ],
    }


def _last(row: DisasterDrill | None) -> Json | None:
    return None if row is None else drill_json(row)


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else timestamp(moment)
