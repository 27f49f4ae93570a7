"""GET /api/capacity: what is used, what was measured, and what to scale."""

from __future__ import annotations

from typing import Any

import pytest

from sre_console.resilience.services import switch_set
from tests.integration.capacity.stage import alive, knee
from tests.integration.resilience.test_switch import OPERATOR as ANN
from tests.unit.capacity.stage import ONE, TWO

from .conftest import Api

pytestmark = [pytest.mark.django_db]


def told(operator: Api) -> dict[str, Any]:
    answer = operator.get("/api/capacity")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


def test_the_fleet_beside_its_measured_knee(operator: Api) -> None:
    knee(rps=120.0)
    alive(ONE, cpu=0.3)
    alive(TWO, cpu=0.45)
    body = told(operator)
    assert body["requestsPerSecond"] == 100.0
    assert [each["id"] for each in body["replicas"]] == [str(ONE), str(TWO)]
    assert body["knee"]["requestsPerSecond"] == 240.0
    assert body["knee"]["scaled"] is True
    assert body["knee"]["share"] == pytest.approx(100 / 240, abs=0.001)
    assert body["headroom"] == {
        "requestsPerSecond": 100.0, "bears": 200.0, "until": "cpu", "replica": str(TWO),
    }  # fmt: skip
    assert body["bendsFirst"]["replica"] == str(TWO)
    assert body["advice"] == []


def test_with_nothing_measured_no_number_is_made_up(operator: Api) -> None:
    body = told(operator)
    for name in ("requestsPerSecond", "knee", "headroom", "bendsFirst"):
        assert body[name] is None, name
    assert (body["replicas"], body["knees"]) == ([], [])
    assert [each["code"] for each in body["advice"]] == ["unmeasured"]


def test_a_replica_that_is_silent_is_not_counted(operator: Api) -> None:
    alive(ONE)
    alive(TWO, ago=30)
    body = told(operator)
    assert body["requestsPerSecond"] == 50.0
    assert [each["id"] for each in body["replicas"]] == [str(ONE)]


def test_the_databases_connections_are_its_own_count(operator: Api) -> None:
    body = told(operator)["database"]
    assert 1 <= body["connections"] <= body["maxConnections"] - body["reserved"]
    assert body["reserved"] >= 1


def test_the_cache_as_each_replica_has_told_and_whether_it_is_off(
    operator: Api,
) -> None:
    cache = {"hit": 30.0, "miss": 10.0, "bypass": 2.5, "entries": 4, "bytes": 900}
    alive(ONE, cache=cache | {"fresh": False})
    alive(TWO)
    body = told(operator)
    assert body["replicas"][0]["cache"] == {
        "hitRatio": 0.75, "hitsPerSecond": 30.0, "missesPerSecond": 10.0,
        "bypassesPerSecond": 2.5, "entries": 4, "bytes": 900, "fresh": False,
    }  # fmt: skip
    assert body["replicas"][1]["cache"] is None
    assert (body["cacheOff"], body["advice"][0]["code"]) == (False, "cache_deaf")
    switch_set(actor=ANN, asked={"off": ["cache"]})
    body = told(operator)
    assert (body["cacheOff"], body["advice"][0]["code"]) == (True, "cache_off")
