"""A run as the API and its page tell it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from ironclad.envelope import timestamp
from sre_console.chaos.rows import fields_of
from sre_console.chaos.selectors import allowance_spent
from sre_console.gamedays.course.course import AFTER, STEADY, Course, Standing
from sre_console.gamedays.course.guardrails import Limits
from sre_console.gamedays.running.holding import holder_of
from sre_console.gamedays.scenarios.reading import scenario_from
from sre_console.gamedays.scenarios.scenario import Scenario, Step, Text, said
from sre_console.gamedays.telling.concealing import run_told
from sre_console.models import GameDay
from sre_console.slo import lookup

Json = dict[str, Any]


def game_day_json(row: GameDay) -> Json:
    """Everything about it; moments are ISO 8601, durations wall seconds."""
    scenario = scenario_from(row.document)
    course = Course.read(row.cursor, row.checks)
    running = row.state == "running"
    now = course.step if running and course.phase == "steps" else None
    told = {
        **game_day_brief(row),
        "hypothesis": _words(scenario.hypothesis),
        "reason": row.reason,
        "digest": row.digest,
        "approvedBy": row.approved_by or None,
        "approvedAt": _at(row.approved_at),
        "attendedAt": _at(row.attended_at),
        "phase": course.phase,
        "step": now,
        "stepBeganAt": None if now is None else _epoch(course.began),
        "stepEndsAt": _step_ends(row, scenario, course, now),
        "endsAt": _ends(row),
        "steps": [
            _step(row, scenario, course, index) for index in range(len(scenario.steps))
        ],
        "checks": [_check(scenario, each) for each in course.checks],
        "expects": [
            {"alert": each.alert, "slo": each.slo} for each in scenario.expects
        ],
        "guardrails": _guardrails(row),
        "forecast": row.forecast,
        "outcome": row.outcome,
        "lessons": row.lessons,
    }
    return run_told(row, told)


def game_day_brief(row: GameDay) -> Json:
    """What a list shows of it, and the contract's fields."""
    states = [check["state"] for check in row.checks]
    outcome = row.outcome or {}
    told = {
        "id": row.pk,
        "scenario": row.scenario,
        "title": row.title,
        "state": row.state,
        "verdict": row.verdict,
        "score": row.score,
        "seed": row.seed,
        "speed": row.speed,
        "scale": row.scale,
        "unattended": row.unattended,
        "drill": row.drill,
        "settled": row.settled,
        "startedBy": row.started_by,
        "createdAt": _at(row.created_at),
        "startedAt": _at(row.started_at),
        "endedAt": _at(row.ended_at),
        "endKind": row.end_kind or None,
        "endReason": row.end_reason or None,
        "endedBy": row.ended_by or None,
        "stopMilliseconds": row.stop_ms,
        "checksPassed": states.count("passed"),
        "checksFailed": states.count("failed"),
        "checksInAll": len(states),
        "badEvents": outcome.get("badEvents"),
        "budgetSpentRatio": outcome.get("budgetSpentRatio"),
    }
    return run_told(row, told)


def _step(row: GameDay, scenario: Scenario, course: Course, index: int) -> Json:
    step = scenario.steps[index]
    began, ended = course.step_times.get(str(index), [None, None])
    foretold: list[Json] = row.forecast.get("steps", [])
    own = next((each for each in foretold if each["index"] == index), {})
    state = course.step_states.get(str(index), "to_come")
    if state == "to_come" and row.state != "running":
        state = "skipped"
    return {
        "index": index,
        "title": _words(step.title),
        "kind": step.kind,
        "fault": _fault(step),
        "seconds": scenario.wall(step.longest, scale=row.scale, speed=row.speed),
        "beginsAfter": own.get("beginsAfter"),
        "state": state,
        "beganAt": _epoch(began),
        "endedAt": _epoch(ended),
        "note": _words(step.note),
        "checks": [each.id for each in course.checks if each.step == index],
    }


def _fault(step: Step) -> Json | None:
    if step.ramp is not None:
        return {"from": fields_of(step.ramp.begin), "to": fields_of(step.ramp.end)}
    return None if step.fault is None else dict(fields_of(step.fault))


def _check(scenario: Scenario, standing: Standing) -> Json:
    check = next((each for each in scenario.checks if each.id == standing.id), None)
    title, mode, within = _implied(scenario, standing), "always", None
    if check is not None:
        title, mode, within = check.title, check.mode, check.within
    return {
        "id": standing.id,
        "step": standing.step,
        "title": _words(title),
        "kind": mode,
        "weight": 1.0 if check is None else check.weight,
        "within": within,
        "state": standing.state,
        "got": standing.got,
        "value": standing.value,
        "at": _epoch(standing.at),
    }


def _implied(scenario: Scenario, standing: Standing) -> Text:
    """The title of what is a check without being named one."""
    where, number = standing.id.split(".")
    if where in {STEADY, AFTER}:
        return scenario.steady_state[int(number)].title
    return scenario.steps[int(where)].title


def _step_ends(
    row: GameDay, scenario: Scenario, course: Course, now: int | None
) -> str | None:
    """When the step is over, where that is known."""
    if now is None:
        return None
    step = scenario.steps[now]
    holds = scenario.wall(step.seconds, scale=row.scale, speed=row.speed)
    if step.wait is None and step.action is None:
        return _epoch(course.began + holds)
    if course.holds_since is not None:
        return _epoch(course.holds_since + holds)
    if step.within is None:
        return None
    longest = scenario.wall(step.longest, scale=row.scale, speed=row.speed)
    return _epoch(course.began + longest)


def _ends(row: GameDay) -> str | None:
    """When all its steps are over, as foretold."""
    if row.started_at is None or "seconds" not in row.forecast:
        return None
    return _epoch(row.started_at.timestamp() + row.forecast["seconds"])


def _guardrails(row: GameDay) -> Json:
    limits = Limits.read(row.guardrails)
    spent: dict[str, int] = {}
    if limits.allowed:
        for counts in allowance_spent(holder_of(row)).values():
            for slo, count in counts.items():
                spent[slo] = spent.get(slo, 0) + count
    return {
        "chaosBudget": {
            "limit": limits.share,
            "day": limits.day_share,
            "allowed": dict(limits.allowed),
            "spent": spent,
        },
        "floor": limits.floor,
        "absence": None if row.unattended else limits.absence,
        "realBurn": limits.page,
    }


def _words(text: Mapping[str, str] | None) -> str:
    return "" if text is None else said(text, get_language() or "en")


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else timestamp(moment)


def _epoch(at: float | None) -> str | None:
    return None if at is None else timestamp(lookup.moment(at))
