from __future__ import annotations

import pytest
from pytest_django import Settings

from sre_console.audit.actor import Actor
from sre_console.chaos.floor import floor
from sre_console.chaos.holding import plan_hold
from sre_console.chaos.plan import FaultSpec
from tests.integration.api.conftest import Api, errors

pytestmark = pytest.mark.django_db


def test_the_plan_is_empty_at_first(operator: Api) -> None:
    answer = operator.get("/api/chaos")
    plan = answer.json()["data"]
    assert plan["enabled"] is False
    assert answer["ETag"] == f'"{plan["version"]}"'
    assert operator.get("/api/chaos/status").json()["data"] == plan


def test_the_whole_plan_is_set_at_once(operator: Api) -> None:
    asked = {"errorRate": 0.07, "latencyMs": 400, "ttlSeconds": 60, "reason": "drill"}
    answer = operator.send("POST", "/api/chaos", asked)
    plan = answer.json()["data"]
    assert answer.status_code == 200
    assert asked.items() <= plan.items()
    assert plan["startedBy"] == "operator"
    assert 59 < plan["remainingSeconds"] <= 60
    assert (
        answer["ETag"] == operator.get("/api/chaos")["ETag"] == f'"{plan["version"]}"'
    )


@pytest.mark.parametrize("path", ["/api/chaos/errors/0.07", "/api/chaos/errors/0.07/"])
def test_the_error_rate_goes_in_the_address(operator: Api, path: str) -> None:
    plan = operator.send("POST", path).json()["data"]
    assert (plan["errorRate"], plan["enabled"]) == (0.07, True)


@pytest.mark.parametrize("rate", [0, 0.07, 1, 1e-6])
def test_the_error_rate_goes_in_the_body(operator: Api, rate: float) -> None:
    plan = operator.send("POST", "/api/chaos/errors", {"rate": rate}).json()["data"]
    assert plan["errorRate"] == rate


@pytest.mark.parametrize("ms", [0, 400, 10000])
def test_the_latency_goes_either_way(operator: Api, ms: int) -> None:
    by_path = operator.send("POST", f"/api/chaos/latency/{ms}").json()["data"]
    by_body = operator.send("POST", "/api/chaos/latency", {"ms": ms}).json()["data"]
    assert by_path["latencyMs"] == by_body["latencyMs"] == ms


def test_a_plan_in_force_gets_more_time(operator: Api) -> None:
    operator.send("POST", "/api/chaos", {"errorRate": 0.1, "ttlSeconds": 60})
    plan = operator.send("POST", "/api/chaos/extend", {"seconds": 60}).json()["data"]
    assert 119 < plan["remainingSeconds"] <= 120


def test_enable_switches_on_and_disable_clears_every_fault(operator: Api) -> None:
    operator.send("POST", "/api/chaos", {"errorRate": 0.1, "enabled": False})
    assert operator.send("POST", "/api/chaos/enable").json()["data"]["enabled"]
    answer = operator.send("POST", "/api/chaos/disable")
    plan = answer.json()["data"]
    assert (plan["enabled"], plan["errorRate"]) == (False, 0)
    assert plan["stopped"]["stored"] is True
    assert operator.get("/api/chaos").json()["data"]["enabled"] is False


def test_the_second_of_two_operators_is_told(operator: Api) -> None:
    read = operator.get("/api/chaos")["ETag"]
    body = {"errorRate": 0.1}
    first = operator.send("POST", "/api/chaos", body, If_Match=read)
    second = operator.send("POST", "/api/chaos", {"errorRate": 0.9}, If_Match=read)
    assert (first.status_code, second.status_code) == (200, 412)
    assert operator.get("/api/chaos").json()["data"]["errorRate"] == 0.1


def test_a_change_beside_a_game_day_is_told_who_holds_the_faults(
    operator: Api,
) -> None:
    plan_hold(
        holder="game-day-7",
        title="Progressive errors",
        spec=FaultSpec(error_rate=0.01),
        reason="step 1",
        actor=Actor("ann", "operator"),
    )
    assert operator.get("/api/chaos").json()["data"]["holder"] == "game-day-7"
    answer = operator.send("POST", "/api/chaos/errors", {"rate": 0})
    assert (answer.status_code, errors(answer)) == (409, [("CONFLICT", None)])
    assert "Game day 7" in answer.json()["errors"][0]["message"]
    stopped = operator.send("POST", "/api/chaos/disable").json()["data"]
    assert (stopped["enabled"], stopped["holder"]) == (False, None)


def test_a_fault_below_the_floor_is_refused_with_the_numbers(
    operator: Api, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CHAOS_FLOOR = 0.2
    monkeypatch.setattr(floor, "_remaining", lambda: {"availability": 0.1})
    answer = operator.send("POST", "/api/chaos/errors", {"rate": 0.01})
    assert (answer.status_code, errors(answer)) == (409, [("CONFLICT", None)])
    assert "availability has 10 %" in answer.json()["errors"][0]["message"]
