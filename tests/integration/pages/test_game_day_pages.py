"""The page of a run while it goes on: what it shows, what it asks for, and what its forms do."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from sre_console.models import GameDay
from tests.integration.pages.conftest import person, signed_in
from tests.integration.pages.runs import line, run

pytestmark = pytest.mark.django_db


def test_a_run_shows_its_steps_their_checks_and_the_note_of_now(viewer: User) -> None:
    page = signed_in(viewer).get(f"/console/game-days/{run().pk}").text
    assert "running, step 1 of 2" in page
    assert page.count('class="step is-now"') == 1
    assert 'aria-current="step"' in page
    assert 'data-got="0.1"' in page
    assert '<p class="say">Ask the room.</p>' in page
    assert "<p>Then wait.</p>" in page
    assert "Before: the steady state" in page
    assert "data-stop disabled" in page  # a viewer's
    assert "Hypothesis: Three percent page." in page


def test_its_forecast_stands_beside_what_is_measured(viewer: User) -> None:
    row = run()
    page = signed_in(viewer).get(f"/console/game-days/{row.pk}").text
    assert "Critical, step 1" in page
    assert 'data-figure="bad-end-forecast">90<' in page
    assert 'data-figure="left-end-forecast">96.0 %<' in page


def test_the_state_moves_on_and_its_revision_with_what_happened(viewer: User) -> None:
    row, client = run(), signed_in(viewer)
    at = f"/console/game-days/{row.pk}/state"
    state = client.get(at).json()["data"]
    assert state["over"] is False
    assert state["stepEndsAt"] - state["stepBeganAt"] == pytest.approx(60)
    assert state["said"] == "Step 1 of 2: 3 % errors"
    assert state["figures"]["checks"] == "1 of 5"
    assert client.get(at).json()["data"]["revision"] == state["revision"]
    line(row, "alert_fired", step=0, detail={"alert": "HighErrorRate", "slo": None})
    assert client.get(at).json()["data"]["revision"] != state["revision"]


def test_nobody_without_a_session_learns_its_state(db: None) -> None:
    from django.test import Client

    row = run()
    assert Client().get(f"/console/game-days/{row.pk}/state").status_code == 401
    answer = Client().get(f"/console/game-days/{row.pk}")
    assert answer.headers["Location"].startswith("/console/sign-in")


def test_what_happened_is_told_newest_first_in_words(viewer: User) -> None:
    row = run()
    line(row, "fault_set", step=0, detail={"fault": {"error_rate": 0.03}})
    line(row, "check_passed", step=0, detail={"check": "0.1", "got": "after 9 s"})
    line(row, "note", step=0)
    line(row, "joined", actor="vic")
    page = signed_in(viewer).get(f"/console/game-days/{row.pk}").text
    assert page.index("It pages: after 9 s") < page.index("Faults on, step 1")
    assert "<strong>Note" not in page
    assert page.count("vic") > 1  # who is there, and who came


def test_one_that_waits_is_approved_by_an_approver(operator: User) -> None:
    row = run(state="waiting", started_at=None)
    at = f"/console/game-days/{row.pk}"
    mine = signed_in(operator).get(at).text
    assert "An approver, or another administrator, lets it begin on this page." in mine
    assert "Approve and start" not in mine
    other = signed_in(person("olga", "operator"))
    assert "Approve and start" not in other.get(at).text
    assert other.post(f"{at}/approve").status_code == 403
    approver = signed_in(person("paula", "approver"))
    assert "Approve and start" in approver.get(at).text


def test_a_run_is_stopped_and_what_is_over_refuses_it(operator: User) -> None:
    row, client = run(), signed_in(operator)
    at = f"/console/game-days/{row.pk}"
    reason = "enough\x00\nof it"  # nothing of it is in the way of a stop
    assert client.post(f"{at}/stop", {"reason": reason}).status_code == 302
    assert GameDay.objects.get().end_reason == "enough  of it"
    again = client.post(f"{at}/stop")
    assert again.status_code == 409
    assert "is over already" in again.text


def test_a_viewer_changes_nothing(viewer: User) -> None:
    row, client = run(), signed_in(viewer)
    for action in ("stop", "approve", "lessons", "actions"):
        answer = client.post(f"/console/game-days/{row.pk}/{action}", {"text": "x"})
        assert answer.status_code == 403, action
    assert GameDay.objects.get().state == "running"


def test_there_is_no_page_for_a_run_that_never_was(viewer: User) -> None:
    client = signed_in(viewer)
    for path in ("99", "99/state", "99/figures", "99/replay"):
        assert client.get(f"/console/game-days/{path}").status_code == 404, path


def test_of_a_drill_only_that_it_runs_is_told(viewer: User) -> None:
    row, client = run(drill=True, title="Drill"), signed_in(viewer)
    line(row, "fault_set", step=0, detail={"fault": {"error_rate": 0.03}})
    at = f"/console/game-days/{row.pk}"
    told = client.get(at).text + client.get(f"{at}/state").text
    assert "This is a drill" in told
    assert "3 % errors" not in told
    assert "Faults on" not in told
    assert "Critical, step 1" not in told
    assert client.get(f"{at}/figures").status_code == 404
    assert "No charts were kept" in client.get(f"{at}/replay").text
