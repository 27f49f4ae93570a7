"""What the drill's pages are given: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from sre_console.gamedays.drill.scoring import (
    AMOUNT,
    CHEAP,
    SOON,
    WHAT,
    WHICH,
    Judgement,
)
from sre_console.gamedays.drill.selectors import (
    Attempt,
    Result,
    attempts,
    drill_result,
    fault_began,
)
from sre_console.gamedays.drill.services import again_after
from sre_console.gamedays.outcome.recorded import scenario_of
from sre_console.models import GameDay
from sre_console.pages.drill_words import fault_word, said_word
from sre_console.pages.incident_models import Mark
from sre_console.pages.incident_words import DASH
from sre_console.pages.tour_words import share, span


@dataclass(frozen=True, slots=True)
class AttemptRow:
    at: datetime
    by: str
    said: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Running:
    number: int
    started_by: str
    waiting: bool  # for another operator's approval
    begun: bool  # its fault is on
    ends: datetime | None
    wait: int  # seconds until the next diagnosis is heard
    attempts: list[AttemptRow]


@dataclass(frozen=True, slots=True)
class Over:
    number: int
    started_by: str
    at: datetime
    mark: Mark
    fault: str
    truth: str
    lasted: str
    spent: str
    score: int  # of a hundred
    lines: list[tuple[str, str, str]]  # what for, points, of how many
    attempts: list[AttemptRow]
    settled: bool


def running(row: GameDay, now: datetime) -> Running:
    began = fault_began(row)
    limit = timedelta(seconds=scenario_of(row).steps[0].seconds)
    return Running(
        number=row.pk,
        started_by=row.started_by,
        waiting=row.state == "waiting",
        begun=began is not None,
        ends=None if began is None else began + limit,
        wait=round(again_after(row, now.timestamp())),
        attempts=[_attempt(each) for each in attempts(row)],
    )


def over(row: GameDay) -> Over:
    result = drill_result(row)
    return Over(
        number=row.pk,
        started_by=row.started_by,
        at=row.created_at,
        mark=_mark(row, result),
        fault=fault_word(result.spec),
        truth=said_word(result.truth),
        lasted=span(round(result.seconds, 1)),
        spent=DASH if result.spent is None else share(round(result.spent, 4)),
        score=round(result.points.total * 100),
        lines=_lines(result),
        attempts=[_attempt(each) for each in attempts(row)],
        settled=row.settled,
    )


def _attempt(each: Attempt) -> AttemptRow:
    right, wrong = (
        Mark(_("right"), "is-ok", "ok"),
        Mark(_("wrong"), "is-burning", "ring"),
    )
    return AttemptRow(
        each.at, each.by, said_word(each.said), right if each.right else wrong
    )


def _mark(row: GameDay, result: Result) -> Mark:
    if row.verdict == "passed":
        return Mark(_("found"), "is-ok", "ok")
    if row.end_kind == "operator" and row.verdict is None:
        return Mark(_("stopped"), "is-stale", "stop")
    if result.seconds >= result.limit - 1:
        return Mark(_("time up"), "is-burning", "burning")
    return Mark(_("not found"), "is-burning", "ring")


def _lines(result: Result) -> list[tuple[str, str, str]]:
    last = result.judgements[-1] if result.judgements else _NOTHING
    points = result.points
    rows = [
        (_("What is wrong"), WHAT * last.what, WHAT),
        (_("Which requests"), WHICH * last.which, WHICH),
        (_("How much of it"), AMOUNT * last.amount, AMOUNT),
        (_("How soon"), points.soon, SOON),
        (_("Error budget spared"), points.cheap, CHEAP),
    ]
    lines = [(name, f"{got * 100:.0f}", f"{of * 100:.0f}") for name, got, of in rows]
    if points.wrong:
        lines.append((_("Wrong diagnoses"), f"-{points.wrong * 100:.0f}", ""))
    return lines


_NOTHING = Judgement(what=False, amount=False, which=False)
