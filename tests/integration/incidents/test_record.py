"""What is kept of an incident: its charts, its cost, and the faults of that time."""

from __future__ import annotations

from typing import Any

import pytest

from sre_console.incidents.figures import figures_read, impact_read
from sre_console.incidents.post_mortems import sheet_get, sheet_markdown
from sre_console.incidents.story import story
from sre_console.models import FaultPeriod, Incident, IncidentFigures, SliTimeline
from sre_console.slo import lookup
from tests.integration.incidents.conftest import Stage, only

pytestmark = pytest.mark.django_db


@pytest.fixture
def resolved(stage: Stage) -> Incident:
    """Seven per cent fail for ten seconds; a fault does it."""
    fault = stage.fault()
    stage.errors(0.07, 10)
    FaultPeriod.objects.filter(pk=fault.pk).update(
        ended_at=lookup.moment(stage.began + 10), end="stopped"
    )
    while only().state != "resolved" and stage.now < 60:
        stage.calm(1)
    incident = only()
    assert incident.state == "resolved"
    return incident


def test_its_charts_are_kept_when_it_is_resolved(
    resolved: Incident, stage: Stage
) -> None:
    figures: Any = figures_read(resolved)
    assert resolved.resolved_at is not None
    assert figures["from"] <= resolved.began_at.timestamp() - 30 < stage.began
    assert figures["to"] == int(resolved.resolved_at.timestamp())
    worst = max(v for v in figures["err"] if v is not None)
    assert worst == pytest.approx(0.07, abs=0.01)
    assert len(figures["t"]) == len(figures["burn"]["5m"]) <= 301
    (band,) = figures["bands"]
    assert band["to"] == stage.began + 10
    (firing,) = figures["breaches"]
    assert firing["name"] == "HighErrorRate"
    assert firing["to"] - firing["from"] > 1
    SliTimeline.objects.all().delete()
    assert figures_read(resolved) == figures


def test_what_it_cost_is_kept_as_well(resolved: Incident) -> None:
    said = impact_read(resolved)
    assert said[0].startswith("* availability: 35 of ")
    SliTimeline.objects.all().delete()
    assert impact_read(resolved) == said
    sheet = sheet_get(resolved.pk)
    assert "35 of " in sheet.sections["impact"]
    assert sheet.picture.startswith("<svg")


def test_one_that_is_open_again_is_read_anew(resolved: Incident) -> None:
    Incident.objects.update(state="acknowledged", resolved_at=None)
    IncidentFigures.objects.update(series={"t": []}, impact=["nothing"])
    resolved.refresh_from_db()
    assert figures_read(resolved)["t"]
    assert impact_read(resolved) != ["nothing"]
    # nor once it is over again, until those of then are kept
    later = lookup.moment(resolved.opened_at.timestamp() + 3600)
    Incident.objects.update(state="resolved", resolved_at=later)
    resolved.refresh_from_db()
    assert figures_read(resolved)["t"]
    assert impact_read(resolved) != ["nothing"]


def test_where_nothing_was_kept_and_all_is_forgotten_there_is_nothing(
    resolved: Incident,
) -> None:
    IncidentFigures.objects.all().delete()
    SliTimeline.objects.all().delete()
    assert figures_read(resolved)["t"] == []
    assert sheet_get(resolved.pk).picture == ""


def test_the_faults_of_that_time_are_part_of_its_story(
    resolved: Incident, stage: Stage
) -> None:
    moments = [
        (m.kind, m.at.timestamp() - stage.began) for m in story(resolved).moments
    ]
    assert moments[0] == ("fault_began", 0)
    assert ("fault_ended", 10) in moments
    assert moments == sorted(moments, key=lambda moment: moment[1])


def test_a_fault_that_was_changed_is_told_by_what_came_next(
    resolved: Incident,
) -> None:
    FaultPeriod.objects.update(end="changed")
    assert "fault_ended" not in {moment.kind for moment in story(resolved).moments}


def test_the_picture_is_in_the_file_itself(resolved: Incident) -> None:
    text = sheet_markdown(sheet_get(resolved.pk))
    assert "![Faults, alerts, errors, latency and burn rate][charts]" in text
    assert text.rstrip().splitlines()[-1].startswith("[charts]: data:image/svg+xml;")
