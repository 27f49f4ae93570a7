"""The tour's pages: predict, do it, compare; for each person apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from sre_console.audit.actor import Actor
from sre_console.chaos.rows import database_now
from sre_console.chaos.selectors import plan_read
from sre_console.chaos.services import plan_set
from sre_console.gamedays.tour import selectors
from sre_console.gamedays.tour.lessons import SLOW
from sre_console.models import AuditEntry, FaultPeriod, TourProgress
from tests.integration.gamedays.tour.conftest import here
from tests.integration.pages.conftest import signed_in
from tests.unit.gamedays.tour.test_expected import HERE

__all__ = ["here"]

ADA = Actor("ada", "operator")


def predict(client: Client, lesson: int, text: str) -> None:
    answer = client.post(f"/console/tour/{lesson}/predict", {"prediction": text})
    assert answer.status_code == 302, answer.text


def over(version: int, seconds: float = 12) -> None:
    """Let the fault have ended a while ago."""
    row = FaultPeriod.objects.get(version=version)
    row.ended_at = database_now() - timedelta(seconds=10)
    row.began_at = row.ended_at - timedelta(seconds=seconds)
    row.save()


def test_the_overview_lists_five_lessons(viewer: User) -> None:
    html = signed_in(viewer).get("/console/tour").text
    assert [f"/console/tour/{n}" in html for n in range(1, 7)] == [*[True] * 5, False]
    assert signed_in(viewer).get("/console/tour/6").status_code == 404


@pytest.mark.usefixtures("here")
def test_a_lesson_asks_before_anything_may_be_done(operator: User) -> None:
    client = signed_in(operator)
    html = client.get("/console/tour/1").text
    assert "/console/tour/1/predict" in html
    assert "/console/tour/1/run" not in html
    assert client.post("/console/tour/1/run").status_code == 409
    assert not plan_read()[0].enabled


@pytest.mark.usefixtures("here")
def test_the_button_sets_the_lessons_fault_for_a_short_while(operator: User) -> None:
    client = signed_in(operator)
    predict(client, 1, "0,8")
    assert client.post("/console/tour/1/run").status_code == 302
    plan, remaining = plan_read()
    assert (plan.spec.error_rate, plan.reason) == (0.03, "tour, lesson 1")
    assert 10 < remaining <= 12
    entry = AuditEntry.objects.order_by("-id").first()
    assert entry is not None
    assert (entry.actor, entry.action) == ("ada", "fault_plan.set")
    state = client.get("/console/tour/1/state").json()["data"]
    assert state["stage"] == "running"


@pytest.mark.usefixtures("here")
def test_the_answer_stands_beside_the_prediction_and_is_kept(operator: User) -> None:
    client = signed_in(operator)
    predict(client, 2, "19")
    client.post("/console/tour/2/run")
    version = plan_read()[0].version
    over(version, seconds=15)
    assert client.get("/console/tour/2/state").json()["data"]["stage"] == "over"
    client.post("/console/tour/2/settle")
    html = client.get("/console/tour/2").text
    assert "19\u00d7" in html
    assert "20\u00d7" in html
    row = TourProgress.objects.get(user=operator, lesson=2)
    assert (row.tries, row.version, row.done_at is not None) == (1, version, True)


@pytest.mark.usefixtures("here")
def test_the_same_fault_by_hand_counts_as_well(operator: User) -> None:
    client = signed_in(operator)
    predict(client, 1, "1")
    plan_set(actor=ADA, asked={"errorRate": 0.03, "ttlSeconds": 60, "reason": "mine"})
    assert client.get("/console/tour/1/state").json()["data"]["stage"] == "running"


@pytest.mark.usefixtures("here")
def test_another_fault_in_force_is_left_alone(operator: User) -> None:
    client = signed_in(operator)
    predict(client, 1, "1")
    plan_set(actor=ADA, asked={"errorRate": 0.5, "reason": "a game"})
    assert "Another fault is in force" in client.get("/console/tour/1").text
    assert client.post("/console/tour/1/run").status_code == 409
    assert plan_read()[0].spec.error_rate == 0.5


@pytest.mark.usefixtures("here")
def test_the_fault_can_be_ended_before_its_time(operator: User) -> None:
    client = signed_in(operator)
    predict(client, 5, "12")
    client.post("/console/tour/5/run")
    client.post("/console/tour/5/end")
    assert not plan_read()[0].enabled
    assert client.get("/console/tour/5/state").json()["data"]["stage"] == "settling"


@pytest.mark.usefixtures("here")
def test_a_prediction_stays_until_the_lesson_is_begun_again(operator: User) -> None:
    client = signed_in(operator)
    predict(client, 1, "1")
    predict(client, 1, "2")
    assert TourProgress.objects.get(lesson=1).prediction == "1.0"
    client.post("/console/tour/1/again")
    assert "/console/tour/1/predict" in client.get("/console/tour/1").text


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("text", ["", "much", "-3"])
def test_what_is_no_answer_is_refused_on_the_page(operator: User, text: str) -> None:
    answer = signed_in(operator).post("/console/tour/1/predict", {"prediction": text})
    assert answer.status_code == 400
    assert "Give your answer first" in answer.text


@pytest.mark.usefixtures("here")
def test_a_viewer_gets_the_computed_answer(viewer: User) -> None:
    client = signed_in(viewer)
    predict(client, 3, "slow")
    html = client.get("/console/tour/3").text
    assert "Only an operator may inject a fault" in html
    assert "3 h 36 min (3 min 36 s here)" in html
    assert "Measured" not in html
    assert client.post("/console/tour/3/run").status_code in {403, 409}


def test_it_waits_while_something_pages_already_or_computes(
    operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = replace(HERE, carried={SLOW: 7.0})
    monkeypatch.setattr(selectors, "installation", lambda: full)
    client = signed_in(operator)
    predict(client, 3, "slow")
    assert "still pages" in client.get("/console/tour/3").text
    assert client.post("/console/tour/3/run").status_code == 409
    client.post("/console/tour/3/compute")
    assert client.get("/console/tour/3/state").json()["data"]["stage"] == "told"


@pytest.mark.usefixtures("here")
def test_where_faults_are_not_allowed_it_says_so(
    operator: User, settings: Settings
) -> None:
    settings.CHAOS_ALLOWED = False
    client = signed_in(operator)
    predict(client, 5, "12")
    assert "Faults are switched off" in client.get("/console/tour/5").text


def test_production_says_that_it_would_take_too_long(
    operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "installation", lambda: replace(HERE, scale=1))
    client = signed_in(operator)
    predict(client, 3, "none")
    html = client.get("/console/tour/3").text
    assert "would have to stay on for 4 h" in html
    assert "3 h 36 min" in html


@pytest.mark.usefixtures("here")
def test_each_person_has_predictions_of_their_own(operator: User, viewer: User) -> None:
    predict(signed_in(operator), 1, "1")
    assert "/console/tour/1/predict" in signed_in(viewer).get("/console/tour/1").text


def test_the_tour_is_offered_until_it_is_declined_or_begun(operator: User) -> None:
    client = signed_in(operator)
    assert "/console/tour/decline" in client.get("/console/live").text
    assert client.post("/console/tour/decline")["Location"] == "/console/live"
    assert "/console/tour/decline" not in client.get("/console/live").text


@pytest.mark.usefixtures("here")
def test_who_has_begun_is_not_asked_again(operator: User) -> None:
    client = signed_in(operator)
    predict(client, 1, "1")
    assert "/console/tour/decline" not in client.get("/console/live").text
    assert "Go on with lesson 1" in client.get("/console/tour").text


def test_it_works_without_any_history(operator: User) -> None:
    client = signed_in(operator)
    for number in range(1, 6):
        assert client.get(f"/console/tour/{number}").status_code == 200
