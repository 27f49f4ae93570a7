"""What the pages of disaster drills are given: plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sre_console.gamedays.disaster import words
from sre_console.gamedays.outcome.amounts import took
from sre_console.incidents.runbooks import runbook
from sre_console.models import DisasterDrill, RestoreRun
from sre_console.pages.incident_models import Mark
from sre_console.pages.runbooks import html
from sre_console.recovery.drills.report import StepDone, drill_report
from sre_console.recovery.drills.scenarios import SCENARIOS
from sre_console.recovery.drills.schedule import Due, drills_due
from sre_console.recovery.drills.selectors import (
    drill_running,
    drills_last,
    restores_offered,
)
from sre_console.recovery.targets import AIMED, PROMISED

_HEADING = re.compile(r"^(#{2,3}) (.+)$")
_LOOKS = {
    "passed": ("is-ok", "ok"), "failed": ("is-exhausted", "exhausted"),
    "running": ("is-burning", "live"), "abandoned": ("is-stale", "stop"),
    "finished": ("is-stale", "ring"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DrillRow:
    """One run in a table."""

    id: int
    scenario: str
    title: str
    began: datetime
    by: str
    mark: Mark
    recovery: str
    lost: str


@dataclass(frozen=True, slots=True)
class DueRow:
    """One scenario: its last run that was finished, and when it is due."""

    key: str
    title: str
    story: str
    runbook: str
    last: DrillRow | None
    due: datetime
    mark: Mark


@dataclass(frozen=True, slots=True)
class Section:
    """The part of the Recovery page that is about disaster drills."""

    rows: list[DueRow]
    overdue: int
    running: DrillRow | None
    promised: str
    aimed: str


@dataclass(frozen=True, slots=True)
class StepRow:
    key: str
    number: int
    title: str
    seen: str
    marks: str
    required: bool
    at: datetime | None  # None: it is not done
    by: str
    note: str
    told: bool
    now: bool  # the first that is not done
    html: str  # of the runbook; safe
    curl: str


@dataclass(frozen=True, slots=True)
class LineRow:
    at: datetime
    look: str
    glyph: str
    title: str
    who: str
    note: str


@dataclass(frozen=True, slots=True)
class Figure:
    """An achieved time beside what is promised and aimed at."""

    term: str
    value: str
    note: str
    look: str  # empty: it is within the promise, or not known


@dataclass(frozen=True, slots=True)
class DrillWhole:
    row: DrillRow
    story: str
    reason: str
    runbook: str
    running: bool
    struck: datetime | None
    served: datetime | None
    outage: float | None  # seconds so far, or in all; None: it has not struck
    figures: list[Figure]
    steps: list[StepRow]
    done: int
    said: str
    ended_by: str
    ended: datetime | None
    lines: list[LineRow]
    lessons: str
    lessons_by: str
    restores: list[tuple[int, str]]  # that may tell the loss: number, words
    restore: RestoreRun | None


def drill_section(now: datetime) -> Section:
    last, running = drills_last(), drill_running()
    rows = [_due(due, last.get(due.scenario), now) for due in drills_due(now)]
    return Section(
        rows=rows,
        overdue=sum(row.due < now for row in rows),
        running=None if running is None else drill_row(running),
        promised=_both(PROMISED.time.total_seconds(), PROMISED.loss.total_seconds()),
        aimed=_both(AIMED.time.total_seconds(), AIMED.loss.total_seconds()),
    )


def drill_row(row: DisasterDrill) -> DrillRow:
    look, glyph = _LOOKS[row.verdict or row.state]
    return DrillRow(
        id=row.pk,
        scenario=row.scenario,
        title=row.document["title"],
        began=row.started_at,
        by=row.started_by,
        mark=Mark(words.state_word(row), look, glyph),
        recovery=took(row.recovery_seconds),
        lost=took(row.lost_seconds),
    )


def drill_whole(row: DisasterDrill, now: datetime) -> DrillWhole:
    report = drill_report(row)
    running = row.state == "running"
    until = row.served_at or (now if running else row.ended_at or now)
    outage = None if row.struck_at is None else (until - row.struck_at).total_seconds()
    following = next((each.step.key for each in report.steps if each.at is None), "")
    parts = runbook_parts(row.document["runbook"])
    steps = [
        _step(row, each, number, parts.get(each.step.title, ""), following)
        for number, each in enumerate(report.steps, 1)
    ]
    over = {
        each.kind for each in report.judgement.objections
    }  # what is over the promise
    return DrillWhole(
        row=drill_row(row),
        story=report.scenario.story,
        reason=row.reason,
        runbook=report.scenario.runbook,
        running=running,
        struck=row.struck_at,
        served=row.served_at,
        outage=outage,
        figures=[
            Figure(
                _("Recovery time (RTO)"), took(row.recovery_seconds),
                _targets(words.seconds(report.promised.time), words.seconds(report.aimed.time)),
                "is-exhausted" if "time" in over else "",
            ),
            Figure(
                _("Loss (RPO)"), took(row.lost_seconds),
                words.loss_said(report.loss)
                or _targets(words.seconds(report.promised.loss), words.seconds(report.aimed.loss)),
                "is-exhausted" if "loss" in over else "",
            ),
        ],
        steps=steps,
        done=sum(step.at is not None for step in steps),
        said=words.verdict_said(report),
        ended_by=row.ended_by,
        ended=row.ended_at,
        lines=[
            LineRow(line.at, *_LINES[line.kind], words.line_said(line), line.who, line.note)
            for line in report.timeline
        ],
        lessons=row.lessons,
        lessons_by=row.lessons_by,
        restores=[(each.pk, _restore(each)) for each in restores_offered(row)] if running else [],
        restore=row.restore,
    )  # fmt: skip


_LINES = {
    "started": ("is-stale", "ring"), "step": ("is-ok", "ok"),
    "struck": ("is-burning", "burning"), "served": ("is-ok", "live"),
    "finished": ("is-stale", "stop"), "abandoned": ("is-stale", "stop"),
}  # fmt: skip


@cache
def runbook_parts(name: str) -> dict[str, str]:
    """The HTML below each `###` heading of a runbook; read once, as runbooks are."""
    parts: dict[str, list[str]] = {}
    into: list[str] = []  # what is above the first is nobody's
    fenced = False
    for line in runbook(name).text.splitlines():
        if line.strip().startswith("```"):
            fenced = not fenced
        found = None if fenced else _HEADING.match(line)
        if found is None:
            into.append(line)
        else:
            into = parts.setdefault(found[2].strip(), []) if found[1] == "###" else []
    return {title: html("\n".join(lines)) for title, lines in parts.items()}


def _step(
    row: DisasterDrill, each: StepDone, number: int, part: str, following: str
) -> StepRow:
    step = each.step
    return StepRow(
        key=step.key,
        number=number,
        title=step.title,
        seen=step.seen,
        marks=step.marks,
        required=step.required,
        at=each.at,
        by=each.by,
        note=each.note,
        told=each.told,
        now=row.state == "running" and step.key == following,
        html=part,
        curl=f"/api/recovery/drills/{row.pk}/steps/{step.key}",
    )


def _due(due: Due, last: DisasterDrill | None, now: datetime) -> DueRow:
    scenario = SCENARIOS[due.scenario]
    return DueRow(
        key=due.scenario,
        title=scenario.title,
        story=scenario.story,
        runbook=scenario.runbook,
        last=None if last is None else drill_row(last),
        due=due.due_at,
        mark=_due_mark(due, now),
    )


def _due_mark(due: Due, now: datetime) -> Mark:
    days = abs((due.due_at - now).days)
    if due.overdue(now):
        late = ngettext("overdue since {n} day", "overdue since {n} days", days)
        return Mark(late.format(n=days), "is-exhausted", "exhausted")
    left = ngettext("in {n} day", "in {n} days", days).format(n=days)
    if due.passed_at is None:
        never = _("never passed; {left}").format(left=left)
        return Mark(never, "is-risk", "risk")
    return Mark(left, "is-ok", "ok")


def _restore(row: RestoreRun) -> str:
    return _("#{n} {kind} of {backup}: {lost} lost").format(
        n=row.pk,
        kind=row.kind,
        backup=row.label or row.target,
        lost=took(row.lost_seconds),
    )


def _targets(promised: str, aimed: str) -> str:
    return _("promised {promised}, our aim {aimed}").format(
        promised=promised, aimed=aimed
    )


def _both(time: float, loss: float) -> str:
    return _("{time} to recover, {loss} lost").format(time=took(time), loss=took(loss))
