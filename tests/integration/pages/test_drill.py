"""The drill's pages: start one, say what is wrong, and see what it came to."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from sre_console.gamedays.drill.pick import Diagnosis, picked
from sre_console.gamedays.drill.services import drill_give_up, drill_start
from sre_console.models import GameDay
from tests.integration.gamedays.theatre import OPERATOR, Theatre
from tests.integration.pages.conftest import signed_in

SEED = next(
    n for n in range(70_000, 80_000)
    if Diagnosis.of(picked(n)) == Diagnosis("latency", "middle", "some")
)  # fmt: skip
RIGHT = {"what": "latency", "amount": "middle", "which": "some"}
TELLS = re.compile(r"give or take|latency_ms|\b(600|1000|1500) ms|took \d")


@pytest.fixture
def theatre(db: None) -> Theatre:
    return Theatre(rate=10)


@pytest.fixture
def drill(theatre: Theatre) -> GameDay:
    row = drill_start(actor=OPERATOR, seed=SEED, by=theatre.clock)
    theatre.seconds(4)
    return row


def say(client: Client, row: GameDay, said: dict[str, str]) -> tuple[int, str]:
    answer = client.post(f"/console/drill/{row.pk}/diagnose", said)
    return answer.status_code, answer.get("Location", answer.text)


def test_who_may_start_one_is_offered_to(operator: User, viewer: User) -> None:
    assert "Hide a fault" in signed_in(operator).get("/console/drill").text
    assert "Hide a fault" not in signed_in(viewer).get("/console/drill").text
    answer = signed_in(viewer).post("/console/drill/start", {"limit": "300"})
    assert answer.status_code == 403


def test_where_faults_are_not_allowed_there_are_none(
    operator: User, settings: Settings
) -> None:
    settings.CHAOS_ALLOWED = False
    html = signed_in(operator).get("/console/drill").text
    assert "there are no drills" in html
    assert "Hide a fault" not in html


@pytest.mark.parametrize("limit", ["", "7", "for ever", "99999999999"])
def test_a_time_that_is_none_of_the_choices_is_refused(
    operator: User, limit: str
) -> None:
    answer = signed_in(operator).post("/console/drill/start", {"limit": limit})
    assert answer.status_code == 400
    assert "must be one of" in answer.text


def test_while_it_goes_on_the_page_asks_and_tells_nothing(
    operator: User, drill: GameDay
) -> None:
    client = signed_in(operator)
    html = client.get("/console/drill").text
    assert f"/console/drill/{drill.pk}/diagnose" in html
    assert not TELLS.search(html)
    assert client.get(f"/console/drill/{drill.pk}")["Location"] == "/console/drill"


def test_no_page_of_game_days_tells_it(
    operator: User, drill: GameDay, theatre: Theatre
) -> None:
    client, run = signed_in(operator), f"/console/game-days/{drill.pk}"
    pages = (
        "/console/game-days", run, f"{run}/state", f"{run}/figures", f"{run}/replay",
        f"{run}/report", f"/console/game-days/compare?a={drill.pk}&b={drill.pk}",
        "/console/live", "/console/live/series?range=5m", "/console/incidents",
    )  # fmt: skip
    told = {page: client.get(page) for page in pages}
    assert told[run].status_code == 200
    tells = {page: TELLS.findall(each.text) for page, each in told.items()}
    assert {page: found for page, found in tells.items() if found} == {}
    seed = re.compile(rf"\b{SEED}\b")
    assert [page for page, each in told.items() if seed.search(each.text)] == []
    drill_give_up(actor=OPERATOR, number=drill.pk)
    theatre.until_over(drill)
    assert seed.search(client.get(run).text)


def test_a_wrong_diagnosis_is_listed_and_keeps_others_waiting(
    operator: User, drill: GameDay
) -> None:
    client = signed_in(operator)
    wrong = {**RIGHT, "what": "errors"}
    assert say(client, drill, wrong) == (302, "/console/drill")
    html = client.get("/console/drill").text
    assert "errors of the service; some; a share of them" in html
    assert "wrong" in html
    status, text = say(client, drill, RIGHT)
    assert status == 409
    assert "look again" in text
    assert 'value="latency" checked' in text


def test_an_unfinished_diagnosis_is_refused_on_the_page(
    operator: User, drill: GameDay
) -> None:
    status, text = say(signed_in(operator), drill, {"what": "latency"})
    assert status == 400
    assert "Choose what is wrong" in text


def test_the_right_one_leads_to_what_it_came_to(
    operator: User, viewer: User, drill: GameDay, theatre: Theatre
) -> None:
    client = signed_in(operator)
    assert say(client, drill, RIGHT) == (302, f"/console/drill/{drill.pk}")
    theatre.until_over(drill)
    for user in (operator, viewer):
        html = signed_in(user).get(f"/console/drill/{drill.pk}").text
        assert TELLS.search(html)
        assert "found" in html
    assert f"/console/drill/{drill.pk}" in client.get("/console/drill").text
    assert say(client, drill, RIGHT)[0] == 409


def test_giving_up_tells_it(operator: User, drill: GameDay) -> None:
    answer = signed_in(operator).post(f"/console/drill/{drill.pk}/give-up")
    assert answer["Location"] == f"/console/drill/{drill.pk}"
    html = signed_in(operator).get(answer["Location"]).text
    assert "not found" in html
    assert "0 / 100" in html


def test_a_drill_that_is_none_is_not_found(operator: User, theatre: Theatre) -> None:
    client = signed_in(operator)
    assert client.get("/console/drill/999").status_code == 404
    assert client.post("/console/drill/999/give-up").status_code == 404
