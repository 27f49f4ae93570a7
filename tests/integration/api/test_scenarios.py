"""/api/scenarios: the library, a team's own, and their dry runs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from sre_console.gamedays.scenarios.shelving import OWN_MOST
from sre_console.models import AuditEntry, GameDay, StoredScenario
from tests.integration.gamedays.conftest import game_day

from .conftest import Api, errors

pytestmark = pytest.mark.django_db
SOURCE = """\
apiVersion: ironclad/v1
kind: Scenario
metadata:
  name: {name}
  title: A try
spec:
  hypothesis: Three percent page.
  steps:
    - title: 3 % errors
      fault: {{errorRate: 0.03}}
      for: 1h
      checks:
        - title: It pages
          eventually: {{alert: ErrorBudgetBurn1h, slo: availability, is: firing}}
    - title: Recover
      fault: none
      for: 1h
"""


def put(api: Api, name: str, text: str, kind: str = "yaml", **headers: str) -> Any:
    return api.generic(
        "PUT",
        f"/api/scenarios/{name}",
        text,
        content_type=f"application/{kind}",
        headers={key.replace("_", "-"): value for key, value in headers.items()},
    )


@pytest.fixture
def run(db: None) -> GameDay:
    return game_day(settled=True).row


@pytest.fixture
def own(operator: Api) -> str:
    assert put(operator, "a-try", SOURCE.format(name="a-try")).status_code == 201
    return "a-try"


def test_the_library_lists_those_that_ship(operator: Api) -> None:
    body = operator.get("/api/scenarios").json()
    found = {each["name"]: each for each in body["data"]}
    shipped = found["progressive-errors"]
    assert (shipped["origin"], shipped["valid"]) == ("shipped", True)
    assert shipped["title"] == "Progressive errors"
    assert shipped["seconds"] > 0
    assert shipped["lastRun"] is None
    assert body["meta"]["pagination"]["total"] == len(found)


def test_the_list_comes_in_pages(operator: Api) -> None:
    body = operator.get("/api/scenarios?limit=1&offset=1").json()
    assert len(body["data"]) == 1
    assert body["meta"]["pagination"]["previous"] == "/api/scenarios?limit=1&offset=0"


def test_it_tells_how_the_last_run_went(operator: Api, run: GameDay) -> None:
    data = operator.get("/api/scenarios/progressive-errors").json()["data"]
    assert data["lastRun"]["id"] == run.pk
    assert data["lastRun"]["verdict"] == "failed"


def test_a_scenario_is_told_as_written_and_as_read(operator: Api, own: str) -> None:
    answer = operator.get(f"/api/scenarios/{own}")
    data = answer.json()["data"]
    assert data["source"] == SOURCE.format(name=own)
    assert data["document"]["spec"]["steps"][0]["fault"] == {"errorRate": 0.03}
    assert (data["origin"], data["updatedBy"]) == ("own", "operator")
    assert answer["ETag"]


def test_writing_it_is_in_the_audit_log(operator: Api, own: str) -> None:
    changed = SOURCE.format(name=own).replace("A try", "Another")
    assert put(operator, own, changed).status_code == 200
    operator.send("DELETE", f"/api/scenarios/{own}")
    rows = AuditEntry.objects.filter(subject=f"scenario {own}").order_by("id")
    assert list(rows.values_list("action", flat=True)) == [
        "scenario.created", "scenario.changed", "scenario.deleted",
    ]  # fmt: skip
    assert not StoredScenario.objects.exists()


def test_json_is_taken_as_well(operator: Api, own: str) -> None:
    document = operator.get(f"/api/scenarios/{own}").json()["data"]["document"]
    document["metadata"]["name"] = "in-json"
    answer = put(operator, "in-json", json.dumps(document), "json")
    assert answer.status_code == 201
    assert answer["Location"] == "/api/scenarios/in-json"


def test_each_mistake_is_told_with_its_line(operator: Api) -> None:
    text = SOURCE.format(name="a-try").replace("for: 1h", "for: soon")
    answer = put(operator, "a-try", text)
    assert answer.status_code == 400
    assert errors(answer) == [
        ("VALIDATION_ERROR", "line 11: spec.steps[0].for"),
        ("VALIDATION_ERROR", "line 17: spec.steps[1].for"),
    ]
    assert not StoredScenario.objects.exists()


def test_a_name_that_is_not_the_address_is_refused(operator: Api) -> None:
    answer = put(operator, "another", SOURCE.format(name="a-try"))
    assert errors(answer) == [("VALIDATION_ERROR", "metadata.name")]


@pytest.mark.parametrize(
    "text", ["", "[1, 2]", "{", "a: &b 1\nc: *b", "\u0000", "1e999"]
)
def test_what_is_no_scenario_is_refused(operator: Api, text: str) -> None:
    answer = put(operator, "a-try", text)
    assert {code for code, _ in errors(answer)} == {"VALIDATION_ERROR"}


def test_one_that_ships_stays_as_it_is(operator: Api) -> None:
    answer = put(operator, "latency", SOURCE.format(name="latency"))
    assert errors(answer) == [("CONFLICT", None)]
    answer = operator.send("DELETE", "/api/scenarios/latency")
    assert errors(answer) == [("CONFLICT", None)]


def test_a_word_of_the_addresses_is_no_name(operator: Api) -> None:
    assert errors(put(operator, "write", SOURCE.format(name="write"))) == [
        ("CONFLICT", None)
    ]


def test_one_that_is_too_large_is_refused(operator: Api) -> None:
    answer = put(operator, "a-try", SOURCE.format(name="a-try") + "#" * 256 * 1024)
    assert answer.status_code == 413


def test_what_is_not_utf_8_and_what_is_no_text_is_refused(operator: Api) -> None:
    sent = {"path": "/api/scenarios/a-try", "data": b"\xff\xfe"}
    answer = operator.put(**sent, content_type="application/yaml")  # type: ignore[arg-type]
    assert errors(answer) == [("MALFORMED_REQUEST", None)]
    answer = operator.put(**sent, content_type="image/png")  # type: ignore[arg-type]
    assert answer.status_code == 415


def test_who_was_faster_is_not_overwritten(operator: Api, own: str) -> None:
    tag = operator.get(f"/api/scenarios/{own}")["ETag"]
    changed = SOURCE.format(name=own).replace("A try", "Another")
    assert put(operator, own, changed, If_Match=tag).status_code == 200
    assert put(operator, own, changed, If_Match=tag).status_code == 412
    answer = operator.send("DELETE", f"/api/scenarios/{own}", If_Match=tag)
    assert answer.status_code == 412


def test_there_are_only_so_many(operator: Api) -> None:
    StoredScenario.objects.bulk_create(
        StoredScenario(name=f"n-{i}", source="", updated_by="ada")
        for i in range(OWN_MOST)
    )
    answer = put(operator, "a-try", SOURCE.format(name="a-try"))
    assert errors(answer) == [("CONFLICT", None)]


@pytest.mark.parametrize("name", ["none", "Not-A-Name", "%00", "a" * 64])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_is_not_there_is_not_found(operator: Api, method: str, name: str) -> None:
    answer = operator.send(method, f"/api/scenarios/{name}")
    assert errors(answer)[0][0] == "NOT_FOUND"


def test_one_that_is_not_valid_any_more_says_why(operator: Api) -> None:
    StoredScenario.objects.create(name="old", source="kind: Old", updated_by="ada")
    data = operator.get("/api/scenarios/old").json()["data"]
    assert (data["valid"], data["document"]) == (False, None)
    assert data["problems"][0]["line"] == 1
    answer = operator.send("POST", "/api/scenarios/old/forecast", {})
    assert errors(answer) == [("CONFLICT", None)]


def test_a_dry_run_tells_its_steps_and_stores_nothing(
    operator: Api, settings: Settings
) -> None:
    settings.CLOCK_SCALE = 60
    path = "/api/scenarios/progressive-errors/forecast"
    data = operator.send("POST", path, {"speed": 2, "seed": 7}).json()["data"]
    first = data["steps"][0]
    assert (first["fault"]["errorRate"], first["seconds"]) == (0.01, 30)
    assert (data["speed"], data["seed"]) == (2, 7)
    assert data["forecast"]["steps"][1]["beginsAfter"] == 30
    assert data["guardrails"]["chaosBudget"]["limit"] is not None
    assert data["approval"]["needed"] is False
    assert not GameDay.objects.exists()


def test_a_dry_run_tells_everything_that_would_refuse_a_start(
    operator: Api, settings: Settings
) -> None:
    settings.CHAOS_ALLOWED = False
    settings.CHAOS_FLOOR = 0.5
    path = "/api/scenarios/progressive-errors/forecast"
    refusals = operator.send("POST", path, {}).json()["data"]["refusals"]
    assert [each["code"] for each in refusals] == ["PERMISSION_DENIED", "CONFLICT"]
    assert "they may start from 50.0% on" in refusals[1]["message"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"speed": 0}, "speed"),
        ({"speed": "2"}, "speed"),
        ({"seed": -1}, "seed"),
        ({"seed": 10**30}, "seed"),
        ({"spede": 1}, "spede"),
    ],
)
def test_nonsense_is_refused_by_name(operator: Api, body: object, field: str) -> None:
    answer = operator.send("POST", "/api/scenarios/latency/forecast", body)
    assert errors(answer) == [("VALIDATION_ERROR", field)]


def test_a_viewer_looks_and_changes_nothing(viewer: Api) -> None:
    assert viewer.get("/api/scenarios").status_code == 200
    assert viewer.get("/api/scenarios/latency").status_code == 200
    refused = [
        put(viewer, "a-try", SOURCE.format(name="a-try")),
        viewer.send("DELETE", "/api/scenarios/latency"),
        viewer.send("POST", "/api/scenarios/latency/forecast", {}),
    ]
    assert {errors(answer)[0][0] for answer in refused} == {"PERMISSION_DENIED"}


def test_a_stranger_sees_nothing(public: Api) -> None:
    assert public.get("/api/scenarios").status_code == 401
