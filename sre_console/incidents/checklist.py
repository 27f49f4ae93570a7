"""The steps of the runbooks that an incident calls for, and which of them are done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models.fields.json import KeyTextTransform

from ironclad.envelope import timestamp
from ironclad.errors import Conflict
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited
from sre_console.chaos.asked import Asked
from sre_console.incidents.record import changed, noted
from sre_console.incidents.runbooks import Runbook, Step, runbooks
from sre_console.incidents.services import incident_locked
from sre_console.models import Incident, IncidentEvent

Json = dict[str, object]
_TEXT_MOST = 64  # characters of a runbook's name or a step's id


@dataclass(frozen=True, slots=True)
class Line:
    step: Step
    done: IncidentEvent | None  # who ticked it, and when; None: not done


@dataclass(frozen=True, slots=True)
class Sheet:
    book: Runbook
    lines: tuple[Line, ...]

    @property
    def done(self) -> int:
        return sum(line.done is not None for line in self.lines)


def checklist(incident: Incident) -> list[Sheet]:
    """One for each runbook of its alerts, those that joined first first."""
    names = dict.fromkeys(alert.runbook for alert in incident.alerts.all())
    books = [runbooks()[name] for name in names if name in runbooks()]
    ticked = _ticked(incident)
    return [
        Sheet(
            book,
            tuple(Line(step, ticked.get((book.name, step.id))) for step in book.steps),
        )
        for book in books
    ]


def step_tick(*, actor: Actor, incident_id: int, asked: Mapping[str, object]) -> None:
    """Tick a step, or take the tick away: a line of the timeline either way.

    `asked`: runbook, step (its id) and done. What it is already changes nothing.
    """
    access_check(actor, "incidents.change")
    fields = Asked(asked)
    name = fields.line("runbook", most=_TEXT_MOST, least=1)
    step_id = fields.line("step", most=_TEXT_MOST, least=1)
    done = asked.get("done", True)
    if not isinstance(done, bool):
        fields.wrong("done", "done must be true or false.")
    fields.refuse_unknown({"runbook", "step", "done"})
    fields.refuse()
    with audited():
        incident, now = incident_locked(incident_id, None)
        line = _line(incident, name, step_id)
        if (line.done is not None) is done:
            return
        kind = "step_done" if done else "step_undone"
        detail = {"runbook": name, "step": step_id}
        text = f"{line.step.section}: {line.step.text}"
        noted(incident, kind, at=now, actor=actor, text=text, detail=detail)
        changed(incident, f"incident.{kind}", actor=actor, detail=detail)


def _line(incident: Incident, name: str, step_id: str) -> Line:
    for sheet in checklist(incident):
        for line in sheet.lines:
            if (sheet.book.name, line.step.id) == (name, step_id):
                return line
    message = "This incident's runbooks have no such step."
    raise Conflict(message)


def _ticked(incident: Incident) -> dict[tuple[str, str], IncidentEvent]:
    """What was said last of each step, where that is that it is done."""
    said = incident.events.filter(kind__in=("step_done", "step_undone")).annotate(
        book=KeyTextTransform("runbook", "detail"),
        step=KeyTextTransform("step", "detail"),
    )
    last = said.order_by("book", "step", "-at", "-id").distinct("book", "step")
    return {(row.book, row.step): row for row in last if row.kind == "step_done"}


def checklist_json(sheets: Iterable[Sheet]) -> list[Json]:
    return [
        {
            "runbook": sheet.book.name,
            "title": sheet.book.title,
            "steps": [
                {
                    "id": line.step.id,
                    "section": line.step.section,
                    "text": line.step.text,
                    "done": line.done is not None,
                    "doneBy": line.done.actor if line.done else None,
                    "doneAt": timestamp(line.done.at) if line.done else None,
                }
                for line in sheet.lines
            ],
        }
        for sheet in sheets
    ]
