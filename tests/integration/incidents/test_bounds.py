"""However long an incident grows, what is read and shown of it is bounded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sre_console.audit.actor import Actor
from sre_console.incidents.checklist import checklist, step_tick
from sre_console.incidents.figures import figures_read
from sre_console.incidents.runbooks import runbooks
from sre_console.incidents.story import MOST, beginning, story
from sre_console.models import FaultPeriod, Incident, IncidentEvent, Notification
from tests.integration.api.test_incidents import incident as incident  # noqa: PLC0414

pytestmark = pytest.mark.django_db
BOOK = runbooks()["high-error-rate"]


def comments(incident: Incident, count: int, text: str = "comment {}") -> None:
    """One a second, after it was opened."""
    rows = [
        IncidentEvent(
            incident=incident, at=incident.opened_at + timedelta(seconds=number + 1),
            kind="commented", actor="ann", text=text.format(number),
        )
        for number in range(count)
    ]  # fmt: skip
    IncidentEvent.objects.bulk_create(rows)


def told(incident: Incident, count: int) -> list[Notification]:
    rows = [
        Notification(
            incident=incident, kind="opened", channel="webhook", place=f"place-{n}.",
            state="delivered", body={},
        )
        for n in range(count)
    ]  # fmt: skip
    return Notification.objects.bulk_create(rows)


def test_the_newest_lines_are_told_and_the_others_counted(incident: Incident) -> None:
    comments(incident, MOST + 9)
    said = story(incident)
    assert [m.text for m in said.moments[-2:]] == ["comment 307", "comment 308"]
    assert (len(said.moments), said.left_out) == (MOST, 10)
    first = beginning(incident)
    assert (first.moments[0].kind, first.moments[-1].text) == ("opened", "comment 298")
    assert first.left_out == 10


def test_a_fault_counts_as_a_line(incident: Incident) -> None:
    FaultPeriod.objects.create(
        version=7, error_rate=0.07, began_at=incident.began_at,
        expires_at=incident.began_at + timedelta(hours=1), started_by="ann",
    )  # fmt: skip
    assert [m.kind for m in story(incident).moments] == ["fault_began", "opened"]
    comments(incident, MOST - 1)
    assert (len(story(incident).moments), story(incident).left_out) == (MOST, 1)
    assert beginning(incident).moments[0].kind == "fault_began"


def test_an_old_tick_stays_ticked(incident: Incident) -> None:
    actor = Actor("ann", "operator")
    first, second = BOOK.steps[:2]
    for step, done in ((first, True), (second, True), (second, False)):
        asked = {"runbook": BOOK.name, "step": step.id, "done": done}
        step_tick(actor=actor, incident_id=incident.pk, asked=asked)
    comments(incident, MOST + 9)
    (sheet,) = checklist(incident)
    assert [line.done is not None for line in sheet.lines[:2]] == [True, False]
    assert sheet.done == 1


def test_the_last_word_on_a_step_counts(incident: Incident) -> None:
    at = incident.opened_at
    detail = {"runbook": BOOK.name, "step": BOOK.steps[0].id}
    for kind in ("step_done", "step_undone", "step_done"):  # within one moment
        IncidentEvent.objects.create(
            incident=incident, at=at, kind=kind, actor=kind, detail=detail
        )
    assert checklist(incident)[0].done == 1


def test_firings_are_read_from_their_own_lines(incident: Incident) -> None:
    comments(incident, 2000)
    breaches: Any = figures_read(incident)["breaches"]
    assert [one["name"] for one in breaches] == ["HighErrorRate"]
    at = incident.opened_at
    turns = [
        IncidentEvent(
            incident=incident, at=at + timedelta(seconds=n), kind=kind, actor="",
            detail={"alert": "HighErrorRate", "slo": ""},
        )
        for n, kind in enumerate(["cleared", "fired_again"] * 1500)
    ]  # fmt: skip
    IncidentEvent.objects.bulk_create(turns)
    with CaptureQueriesContext(connection) as asked:
        breaches = figures_read(incident)["breaches"]
    assert len(breaches) == 200
    assert breaches[0]["to"] is None
    (read,) = [q["sql"] for q in asked if '"incident_event"' in q["sql"]]
    assert "LIMIT 2000" in read
