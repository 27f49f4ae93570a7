"""What a run leaves to be read: everything of its record as plain values, in the reader's language.

Text that people wrote is in it as they wrote it: whoever renders it escapes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ironclad.errors import Conflict, NotFound
from sre_console.chaos.rows import database_now
from sre_console.gamedays.outcome.amounts import DASH
from sre_console.gamedays.outcome.figures import figures_read
from sre_console.gamedays.outcome.links import incidents_of
from sre_console.gamedays.outcome.recorded import began_of
from sre_console.gamedays.report import parts, terms
from sre_console.gamedays.report.lines import EventRow, event_rows, people
from sre_console.gamedays.report.sides import Compared, compared, explained
from sre_console.gamedays.report.summary import outcome_words, summary
from sre_console.gamedays.telling.wording import Mark, text, verdict_mark
from sre_console.incidents.picture import picture
from sre_console.models import GameDay

OVER = ("finished", "stopped", "failed")


@dataclass(frozen=True, slots=True)
class ActionRow:
    id: int
    text: str
    owner: str
    due: date | None
    done: bool


@dataclass(frozen=True, slots=True)
class IncidentRow:
    id: int
    title: str
    opened: datetime
    resolved: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    id: int
    title: str
    scenario: str
    began: datetime
    ended: datetime
    made: datetime
    verdict: Mark
    verdict_said: str
    summary: tuple[str, ...]  # sentences
    hypothesis: str
    facts: tuple[parts.Fact, ...]
    compared: tuple[Compared, ...]
    differences: tuple[str, ...]
    checks: tuple[parts.CheckRow, ...]
    score: str
    steps: tuple[parts.StepRow, ...]
    budgets: tuple[parts.BudgetRow, ...]
    guardrails: tuple[terms.Term, ...]
    events: tuple[EventRow, ...]
    events_left_out: int  # later ones
    people: tuple[terms.Term, ...]
    incidents: tuple[IncidentRow, ...]
    lessons: str
    lessons_by: str
    actions: tuple[ActionRow, ...]
    picture: str  # SVG, safe to show; empty where the figures are forgotten
    particulars: tuple[terms.Term, ...]  # seed, speed, clock, digest
    glossary: tuple[terms.Term, ...]


def report_get(number: int) -> GameDay:
    """The run that a report is made of. Raises NotFound, and Conflict while it goes on."""
    row = GameDay.objects.filter(pk=number).first()
    if row is None:
        raise NotFound
    if row.state not in OVER:
        message = "Its report is made when the game day is over."
        raise Conflict(message)
    return row


def report_read(row: GameDay) -> Report:
    """Of a run that is over."""
    facts = parts.read(row)
    events, left_out = event_rows(facts)
    incidents = incidents_of(row)
    return Report(
        id=row.pk,
        title=row.title,
        scenario=row.scenario,
        began=began_of(row),
        ended=row.ended_at or began_of(row),
        made=database_now(),
        verdict=verdict_mark(row.state, row.verdict),
        verdict_said=outcome_words(facts),
        summary=tuple(summary(facts, incidents)),
        hypothesis=text(facts.scenario.hypothesis) or DASH,
        facts=tuple(parts.facts(facts)),
        compared=tuple(compared(row.forecast, row.outcome)),
        differences=tuple(explained(row.outcome)),
        checks=tuple(parts.checks(facts)),
        score=parts.score(facts),
        steps=tuple(parts.steps(facts)),
        budgets=tuple(parts.budgets(row.outcome)),
        guardrails=tuple(terms.guardrails(row)),
        events=tuple(events),
        events_left_out=left_out,
        people=tuple(people(row, incidents)),
        incidents=tuple(
            IncidentRow(each.pk, each.title, each.opened_at, each.resolved_at)
            for each in incidents
        ),
        lessons=row.lessons,
        lessons_by=row.lessons_by,
        actions=tuple(
            ActionRow(
                each.pk,
                each.text,
                each.owner,
                each.due_on,
                done=each.done_at is not None,
            )
            for each in row.actions.order_by("id")
        ),
        picture=picture(figures_read(row)),
        particulars=tuple(terms.particulars(row)),
        glossary=tuple(terms.glossary()),
    )
