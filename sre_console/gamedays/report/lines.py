"""Every line of a run's record for its report, and who was there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from sre_console.audit.actor import SYSTEM
from sre_console.gamedays.outcome.amounts import signed, took
from sre_console.gamedays.outcome.recorded import began_of
from sre_console.gamedays.report.parts import Facts
from sre_console.gamedays.report.terms import Term
from sre_console.gamedays.telling.wording import event_mark, step_faults, text, told
from sre_console.models import GameDay, GameDayEvent, Incident

MOST = 2000  # lines


@dataclass(frozen=True, slots=True)
class EventRow:
    at: datetime
    after: str  # the start, as "+1 min 29.5 s"
    seconds: float  # likewise
    kind: str
    step: int | None  # number, from 1
    title: str
    text: str
    who: str
    look: str
    glyph: str


def event_rows(given: Facts) -> tuple[list[EventRow], int]:
    """In their order, and how many later ones there are."""
    row = given.row
    began = began_of(row)
    events = list(row.events.order_by("at", "id")[: MOST + 1])
    found = []
    for event in events[:MOST]:
        mark = event_mark(event.kind)
        seconds = (event.at - began).total_seconds()
        said = [_of_step(given, event), told(event.detail, given.titles), event.text]
        found.append(
            EventRow(
                at=event.at,
                after=signed(took(abs(seconds)), seconds),
                seconds=round(seconds, 3),
                kind=event.kind,
                step=None if event.step is None or event.step < 0 else event.step + 1,
                title=mark.word,
                text=". ".join(part for part in said if part),
                who="" if event.actor == SYSTEM.name else event.actor,
                look=mark.look,
                glyph=mark.glyph,
            )
        )
    more = row.events.count() - MOST if len(events) > MOST else 0
    return found, more


def _of_step(given: Facts, event: GameDayEvent) -> str:
    """What began, and which faults came into force."""
    index, steps = event.step, given.scenario.steps
    if index is None or not 0 <= index < len(steps):
        return ""
    if event.kind == "step_began":
        return text(steps[index].title)
    if event.kind == "note":
        return text(steps[index].note)
    known = event.kind == "fault_set" and not event.detail.get("fault")
    return step_faults(steps[index]) if known else ""


def people(row: GameDay, incidents: Sequence[Incident]) -> Iterator[Term]:
    """Each with what they did; who asked for it comes first."""
    parts: dict[str, list[str]] = {}

    def did(name: str, what: str) -> None:
        if name and name != SYSTEM.name and what not in parts.setdefault(name, []):
            parts[name].append(what)

    did(row.started_by, _("started it"))
    did(row.approved_by, _("approved it"))
    turns = row.events.exclude(actor__in=["", SYSTEM.name]).order_by("at", "id")
    words = {
        "joined": _("watched"),
        "diagnosis": _("found the cause"),
        "lesson": _("wrote the lessons"),
    }
    for kind, actor in turns.values_list("kind", "actor")[:MOST]:
        if kind in words:
            did(actor, words[kind])
    did(row.ended_by, _("stopped it"))
    did(row.lessons_by, words["lesson"])
    for incident in incidents:
        did(incident.owner, _("owned the incident"))
        did(incident.commander, _("commanded the incident"))
        did(incident.scribe, _("kept the incident's record"))
    for name, whats in parts.items():
        yield Term(name, ", ".join(whats))
