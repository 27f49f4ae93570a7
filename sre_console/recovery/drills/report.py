"""The report of one disaster drill: what was done when, and what was achieved. Words, not pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ironclad.errors import Conflict
from sre_console.models import DisasterDrill, RestoreRun
from sre_console.recovery.drills.judging import Judgement, targets_read
from sre_console.recovery.drills.scenario import Scenario, Step, scenario_read
from sre_console.recovery.drills.selectors import judgement_of
from sre_console.recovery.targets import RecoveryTargets

Happened = Literal["started", "step", "struck", "served", "finished", "abandoned"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline; `step` where it is one's."""

    at: datetime
    kind: Happened
    who: str = ""
    step: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class StepDone:
    step: Step
    at: datetime | None  # None: it was not done
    by: str = ""
    note: str = ""
    told: bool = False  # its moment was told later, not taken from the clock


@dataclass(frozen=True, slots=True)
class Loss:
    """How the loss was measured: by a restore, or between two moments from a source."""

    seconds: float | None
    restore: RestoreRun | None = None
    before: datetime | None = None
    after: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class DrillReport:
    row: DisasterDrill
    scenario: Scenario
    promised: RecoveryTargets
    aimed: RecoveryTargets
    judgement: Judgement
    steps: tuple[StepDone, ...]
    loss: Loss
    timeline: tuple[Line, ...]
    abandoned_because: str


def drill_report(row: DisasterDrill) -> DrillReport:
    """Of one that is over, or as it stands. `row` comes with its restore."""
    scenario = scenario_read(row.document)
    steps = tuple(_step(row, step) for step in scenario.steps)
    return DrillReport(
        row=row,
        scenario=scenario,
        promised=targets_read(row.document["promised"]),
        aimed=targets_read(row.document["aimed"]),
        judgement=judgement_of(row),
        steps=steps,
        loss=_loss(row, scenario),
        timeline=tuple(sorted(_timeline(row, steps), key=lambda line: line.at)),
        abandoned_because=row.document.get("abandonedBecause", ""),
    )


def drill_over(row: DisasterDrill) -> DisasterDrill:
    """The same. Raises Conflict while it goes on: a report is of what is over."""
    if row.state == "running":
        message = "This disaster drill goes on: its report is made when it is over."
        raise Conflict(message)
    return row


def _step(row: DisasterDrill, step: Step) -> StepDone:
    for each in row.steps:
        if each["key"] == step.key:
            at = datetime.fromisoformat(each["doneAt"])
            told = bool(each.get("told"))
            return StepDone(step, at, each["by"], each["note"], told)
    return StepDone(step, None)


def _loss(row: DisasterDrill, scenario: Scenario) -> Loss:
    key = scenario.marking("loss").key
    entry: Mapping[str, Any] = next(
        (each for each in row.steps if each["key"] == key), {}
    )
    if "source" not in entry:
        return Loss(row.lost_seconds, restore=row.restore)
    return Loss(
        row.lost_seconds,
        before=datetime.fromisoformat(entry["before"]),
        after=datetime.fromisoformat(entry["after"]),
        source=entry["source"],
    )


def _timeline(row: DisasterDrill, steps: tuple[StepDone, ...]) -> list[Line]:
    lines = [Line(row.started_at, "started", row.started_by, note=row.reason)]
    lines += [
        Line(each.at, "step", each.by, each.step.title, each.note)
        for each in steps
        if each.at is not None
    ]
    if row.struck_at is not None:
        lines.append(Line(row.struck_at, "struck"))
    if row.served_at is not None:
        lines.append(Line(row.served_at, "served"))
    if row.ended_at is not None:
        end: Happened = "finished" if row.state == "finished" else "abandoned"
        why = row.document.get("abandonedBecause", "")
        lines.append(Line(row.ended_at, end, row.ended_by, note=why))
    return lines
