"""Scenarios in and out of files: their own, and the Chaos Toolkit's."""

from __future__ import annotations

import json

import pytest

from sre_console.models import AuditEntry, StoredScenario

from .conftest import Api, errors

pytestmark = pytest.mark.django_db
EXPERIMENT = {
    "title": "What if users fail?",
    "description": "They should not.",
    "steady-state-hypothesis": {
        "title": "The service answers",
        "probes": [
            {
                "type": "probe",
                "name": "it is healthy",
                "tolerance": 200,
                "provider": {"type": "http", "url": "/health"},
            }
        ],
    },
    "method": [
        {
            "type": "action",
            "name": "look at the users",
            "provider": {"type": "http", "url": "/api/users"},
            "pauses": {"after": 2},
        }
    ],
    "rollbacks": [],
}
PATH = "/api/scenarios/import"


def test_an_experiment_becomes_a_scenario(operator: Api) -> None:
    answer = operator.send("POST", PATH, EXPERIMENT)
    assert answer.status_code == 201
    data = answer.json()["data"]
    assert (data["name"], data["origin"]) == ("what-if-users-fail", "imported")
    assert answer["Location"] == "/api/scenarios/what-if-users-fail"
    assert data["document"]["spec"]["steps"][0]["for"] == "2s"
    assert any("alert" in note for note in data["notes"])
    assert operator.get(answer["Location"]).json()["data"]["valid"]
    assert AuditEntry.objects.filter(action="scenario.created").exists()


def test_it_may_get_a_name_of_its_own(operator: Api) -> None:
    data = operator.send("POST", f"{PATH}?name=mine", EXPERIMENT).json()["data"]
    assert data["name"] == data["document"]["metadata"]["name"] == "mine"
    answer = operator.send("POST", f"{PATH}?name=Not+mine", EXPERIMENT)
    assert errors(answer) == [("VALIDATION_ERROR", "name")]


def test_one_of_that_name_is_not_overwritten(operator: Api) -> None:
    operator.send("POST", PATH, EXPERIMENT)
    assert errors(operator.send("POST", PATH, EXPERIMENT)) == [("CONFLICT", None)]


def test_what_would_run_code_is_refused_with_its_line(operator: Api) -> None:
    provider = {"type": "python", "module": "os", "func": "abort"}
    action = {"type": "action", "name": "abort", "provider": provider}
    body = json.dumps({**EXPERIMENT, "method": [action]}, indent=1)
    answer = operator.send("POST", PATH, body)
    assert answer.status_code == 400
    assert errors(answer)[0][1].startswith("line ")  # type: ignore[union-attr]
    assert not StoredScenario.objects.exists()


@pytest.mark.parametrize("body", ["", "null", "[]", '{"title": 1}', "{"])
def test_what_is_no_experiment_is_refused(operator: Api, body: str) -> None:
    assert operator.send("POST", PATH, body).status_code == 400


def test_a_viewer_imports_nothing(viewer: Api) -> None:
    answer = viewer.send("POST", PATH, EXPERIMENT)
    assert errors(answer) == [("PERMISSION_DENIED", None)]


def test_a_scenario_goes_out_as_it_is_written_and_comes_back(operator: Api) -> None:
    answer = operator.get("/api/scenarios/latency/export")
    assert answer["Content-Type"] == "application/yaml"
    assert answer["Content-Disposition"] == 'attachment; filename="latency.yaml"'
    text = answer.content.decode()
    assert text == operator.get("/api/scenarios/latency").json()["data"]["source"]
    mine = text.replace("name: latency", "name: mine", 1)
    back = operator.generic(
        "PUT", "/api/scenarios/mine", mine, content_type="application/yaml"
    )
    assert back.status_code == 201


def test_as_json_it_is_in_the_envelope(operator: Api) -> None:
    data = operator.get("/api/scenarios/latency/export?format=json").json()["data"]
    assert data["metadata"]["name"] == "latency"


def test_it_goes_out_for_the_chaos_toolkit(operator: Api) -> None:
    path = "/api/scenarios/progressive-errors/export?format=chaos-toolkit"
    answer = operator.get(path)
    assert "progressive-errors-chaos-toolkit.json" in answer["Content-Disposition"]
    assert {"title", "method"} <= json.loads(answer.content).keys()


def test_another_format_is_refused(operator: Api) -> None:
    answer = operator.get("/api/scenarios/latency/export?format=xml")
    assert errors(answer) == [("VALIDATION_ERROR", "format")]


def test_what_is_not_there_or_not_valid_does_not_go_out(operator: Api) -> None:
    assert operator.get("/api/scenarios/no-such/export").status_code == 404
    StoredScenario.objects.create(name="old", source="kind: Old", updated_by="ada")
    assert errors(operator.get("/api/scenarios/old/export")) == [("CONFLICT", None)]
