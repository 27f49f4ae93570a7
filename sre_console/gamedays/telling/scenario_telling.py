"""A scenario as the API tells it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from ironclad.envelope import timestamp
from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.course.blast import blast_radius
from sre_console.gamedays.scenarios.library import Shelved
from sre_console.gamedays.scenarios.scenario import Scenario, Step, Text, said
from sre_console.gamedays.scenarios.writing import scenario_document
from sre_console.models import GameDay

Json = dict[str, Any]
PROBLEMS_MOST = 100  # told of one file


def runs_last(names: Collection[str]) -> dict[str, GameDay]:
    """The newest run of each scenario that is over."""
    over = GameDay.objects.filter(scenario__in=names, settled=True)
    newest = over.order_by("scenario", "-created_at", "-id").distinct("scenario")
    return {row.scenario: row for row in newest}


def scenario_brief(shelved: Shelved, last: GameDay | None) -> Json:
    """What a list shows of it; durations in wall seconds."""
    found = shelved.scenario
    return {
        "name": shelved.name,
        "origin": shelved.origin,
        "valid": found is not None,
        "title": shelved.name if found is None else words(found.title),
        "hypothesis": "" if found is None else words(found.hypothesis),
        "clock": found and found.clock,
        "seconds": found and found.longest(scale=settings.CLOCK_SCALE),
        "steps": found and len(found.steps),
        "checks": found and len(found.checks),
        "injects": found and found.injects,
        "blastRadius": None if found is None else round(blast_radius(found), 6),
        "updatedBy": shelved.updated_by or None,
        "lastRun": last and _run(last),
    }


def scenario_json(shelved: Shelved, last: GameDay | None) -> Json:
    """All of it: as it is written, and as it was read."""
    found = shelved.scenario
    return {
        **scenario_brief(shelved, last),
        "description": _description(found),
        "source": shelved.source,
        "document": found and scenario_document(found),
        "problems": problems_json(shelved),
    }


def problems_json(shelved: Shelved) -> list[Json]:
    """Why it cannot be run."""
    if shelved.invalid is None:
        return []
    return [
        {"line": each.line, "column": each.column, "path": each.path, "message": each.message}
        for each in shelved.invalid.problems[:PROBLEMS_MOST]
    ]  # fmt: skip


def words(text: Text | None) -> str:
    """In the language of whoever asks."""
    return "" if text is None else said(text, get_language() or "en")


def step_fault(step: Step) -> Json | None:
    """What comes into force with a step, by the names of /api/chaos."""
    if step.ramp is not None:
        return {"from": fault_json(step.ramp.begin), "to": fault_json(step.ramp.end)}
    return None if step.fault is None else fault_json(step.fault)


def fault_json(spec: FaultSpec) -> Json:
    return {
        "errorRate": spec.error_rate,
        "pacing": spec.pacing,
        "seed": spec.seed,
        "latencyMs": spec.latency_ms,
        "jitterMs": spec.jitter_ms,
        "latencyRate": spec.latency_rate,
        "dependencyErrorRate": spec.dependency_error_rate,
        "dependencyLatencyMs": spec.dependency_latency_ms,
        "target": {"methods": list(spec.methods), "pathPrefix": spec.path_prefix},
    }


def _description(found: Scenario | None) -> str:
    return "" if found is None else words(found.description)


def _run(row: GameDay) -> Mapping[str, object]:
    return {
        "id": row.pk,
        "state": row.state,
        "verdict": row.verdict,
        "score": row.score,
        "endedAt": row.ended_at and timestamp(row.ended_at),
    }
