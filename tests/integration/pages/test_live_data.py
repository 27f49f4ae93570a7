from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.integration.pages.conftest import signed_in

PATHS = ["/console/live/series", "/console/live/forecast"]


@pytest.mark.parametrize("range_", ["5m", "15m", "1h", "6h", "all"])
def test_series_of_every_range(viewer: User, range_: str) -> None:
    answer = signed_in(viewer).get("/console/live/series", {"range": range_})
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert {"from", "to", "step", "t", "n", "err", "burn", "seeded"} <= set(data)
    assert len(data["t"]) == len(data["n"]) == len(data["err"]) <= 610


@pytest.mark.parametrize("range_", ["", "5", "1d", "-5m", "5m;drop", "\x00"])
def test_any_other_range_is_refused(viewer: User, range_: str) -> None:
    answer = signed_in(viewer).get("/console/live/series", {"range": range_})
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert (error["code"], error["field"]) == ("VALIDATION_ERROR", "range")


def test_a_forecast_tells_what_a_fault_will_cost(viewer: User) -> None:
    asked = {"errorRate": "0.07", "latencyMs": "0"}
    answer = signed_in(viewer).get("/console/live/forecast", asked)
    assert answer.status_code == 200
    assert set(answer.json()["data"]) == {
        "pageAfter",
        "spendsPerMinute",
        "budgetGoneIn",
        "leftWhenEnds",
        "slo",
        "visibleErrorRate",
        "callsPerRequest",
        "alerts",
        "breakerOpens",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("errorRate", "1.01"),
        ("errorRate", "-0.1"),
        ("errorRate", "nan"),
        ("errorRate", "inf"),
        ("errorRate", "seven"),
        ("errorRate", ""),
        ("latencyMs", "10001"),
        ("latencyMs", "1e9"),
        ("ttlSeconds", "0"),
        ("ttlSeconds", "3601"),
    ],
)
def test_a_forecast_out_of_bounds_is_refused(
    viewer: User, field: str, value: str
) -> None:
    answer = signed_in(viewer).get("/console/live/forecast", {field: value})
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["field"] == field


@pytest.mark.parametrize("path", PATHS)
def test_a_script_that_is_signed_out_is_told_so_and_not_led_away(
    client: Client, db: None, path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "AUTHENTICATION_REQUIRED"
    assert answer.json()["data"] is None


@pytest.mark.parametrize("path", PATHS)
def test_an_account_without_a_role_sees_nothing(nobody: User, path: str) -> None:
    answer = signed_in(nobody).get(path)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "PERMISSION_DENIED"


@pytest.mark.parametrize("path", PATHS)
def test_the_answer_is_not_kept(viewer: User, path: str) -> None:
    assert "no-store" in signed_in(viewer).get(path)["Cache-Control"]
