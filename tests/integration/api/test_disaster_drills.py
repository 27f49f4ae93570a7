"""/api/recovery/drills."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.recovery.drilling import began, followed

from .conftest import Api, errors

pytestmark = pytest.mark.django_db
PATH = "/api/recovery/drills"
SENT = {"scenario": "table-dropped", "reason": "quarterly"}


def start(api: Api) -> dict[str, Any]:
    answer = api.send("POST", PATH, SENT)
    assert answer.status_code == 201, answer.content
    data: dict[str, Any] = answer.json()["data"]
    assert answer["Location"] == f"{PATH}/{data['id']}"
    return data


def test_it_goes_from_its_start_to_its_verdict(operator: Api) -> None:
    here = f"{PATH}/{start(operator)['id']}"
    for key in ("backup", "note", "drop", "moment", "restore", "check", "back", "tidy"):
        answer = operator.send("POST", f"{here}/steps/{key}", {"note": "ok"})
        assert answer.status_code == 200, answer.content
    read = {
        "before": "2026-01-31T12:00:05Z", "after": "2026-01-31T12:00:00Z",
        "source": "users",
    }  # fmt: skip
    operator.send("POST", f"{here}/steps/loss", read)
    answer = operator.send("POST", f"{here}/finish", {"lessons": "None."})
    data = answer.json()["data"]
    assert (data["state"], data["verdict"], data["objections"]) == (
        "finished", "passed", [],
    )  # fmt: skip
    assert data["lostSeconds"] == 5
    assert 0 < data["recoverySeconds"] < 60
    assert data["aimMet"] is True
    assert operator.send("GET", here).json()["data"] == data


def test_a_step_is_told_with_who_did_it(operator: Api) -> None:
    here = f"{PATH}/{start(operator)['id']}"
    answer = operator.send("POST", f"{here}/steps/backup", {"note": "of 03:00"})
    first = answer.json()["data"]["steps"][0]
    assert first["done"] is True
    assert first["note"] == "of 03:00"
    assert first["by"]
    answer = operator.send("POST", f"{here}/steps/backup", {"done": False})
    assert answer.json()["data"]["steps"][0]["done"] is False
    assert operator.send("POST", f"{here}/steps/nothing", {}).status_code == 404


def test_a_second_one_is_a_conflict(operator: Api) -> None:
    start(operator)
    assert operator.send("POST", PATH, SENT).status_code == 409


def test_what_is_wrong_is_named(operator: Api) -> None:
    answer = operator.send("POST", PATH, {"scenario": "x", "reason": "", "a": 1})
    assert answer.status_code == 400
    assert {field for _, field in errors(answer)} == {"reason", "a"}
    answer = operator.send("POST", PATH, {**SENT, "scenario": "earthquake"})
    assert errors(answer)[0][1] == "scenario"


def test_the_list_is_filtered(operator: Api) -> None:
    here = f"{PATH}/{start(operator)['id']}"
    operator.send("POST", f"{here}/abandon", {"reason": "x"})
    start(operator)
    listed = operator.send("GET", PATH).json()
    assert listed["meta"]["pagination"]["total"] == 2
    answer = operator.send("GET", f"{PATH}?state=abandoned")
    assert [each["state"] for each in answer.json()["data"]] == ["abandoned"]
    assert operator.send("GET", f"{PATH}?state=x").status_code == 400


def test_the_board_has_every_scenario_with_its_due_date(operator: Api) -> None:
    row = followed(began())
    operator.send("POST", f"{PATH}/{row.pk}/finish", {})
    data = operator.send("GET", f"{PATH}/scenarios").json()["data"]
    assert data["promised"] == {"recoverySeconds": 14400, "lostSeconds": 3600}
    assert len(data["scenarios"]) == 5
    first = data["scenarios"][0]
    assert first["last"]["id"] == row.pk
    assert first["overdue"] is False
    assert data["scenarios"][1]["last"] is None


def test_lessons_are_written_after_the_end_too(operator: Api) -> None:
    here = f"{PATH}/{start(operator)['id']}"
    operator.send("POST", f"{here}/abandon", {})
    answer = operator.send("POST", f"{here}/lessons", {"lessons": "Begin earlier."})
    assert answer.json()["data"]["lessons"] == "Begin earlier."


def test_the_report_is_a_file_once_it_is_over(operator: Api) -> None:
    here = f"{PATH}/{start(operator)['id']}"
    assert operator.send("GET", f"{here}/report").status_code == 409
    operator.send("POST", f"{here}/abandon", {})
    answer = operator.send("GET", f"{here}/report")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    assert "Table dropped" in answer.content.decode()
