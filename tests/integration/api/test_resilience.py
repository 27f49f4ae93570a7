"""/api/resilience…"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from ironclad.clock import clock
from ironclad.errors import DatabaseUnavailable
from ironclad.resilience.patterns import PATTERNS, Patterns
from sre_console.chaos.rows import database_now
from sre_console.models import AuditEntry, BreakerOrder, PatternSwitch, Replica
from sre_console.resilience.state import state_json

from .conftest import Api, errors

pytestmark = pytest.mark.django_db
ADDRESS = "/api/resilience"


@pytest.fixture
def replicas() -> list[str]:
    """Three that run and one that has not been seen for a while."""
    now = database_now()
    ids = [uuid4() for _ in range(4)]
    for number, replica in enumerate(ids):
        Replica.objects.create(
            id=replica,
            started_at=now + timedelta(seconds=number),
            seen_at=now - timedelta(seconds=60 if number == 3 else 0),
            resilience=state_json(replica, clock, Patterns(clock)),
        )
    return [str(replica) for replica in ids[:3]]


def test_every_running_replica_tells_its_breakers_bulkheads_and_retries(
    operator: Api, replicas: list[str]
) -> None:
    answer = operator.get(ADDRESS).json()["data"]
    assert answer["source"] == "fleet"
    assert [each["id"] for each in answer["replicas"]] == replicas
    breakers = [each for each in answer["breakers"] if each["name"] == "database"]
    assert [each["replica"] for each in breakers] == replicas
    assert {"name", "replica", "state", "failures", "nextTrialAt"} <= set(breakers[0])
    assert [each["replica"] for each in answer["retries"]] == replicas
    assert answer["retries"][0]["attempts"] == 3
    assert answer["patterns"]["inForce"] == list(PATTERNS)
    assert answer["patterns"]["replicas"] == {"count": 3, "confirmed": 3}


def test_without_the_database_this_replica_speaks_for_itself(
    operator: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr("api.resilience.views.resilience_report", away)
    answer = operator.get(ADDRESS)
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert data["source"] == "replica"
    assert len(data["replicas"]) == 1


@pytest.mark.parametrize(
    "path", ["", "/patterns", "/intervals", "/comparison?aSeconds=1"]
)
def test_strangers_may_not_read(public: Api, path: str) -> None:
    assert errors(public.get(ADDRESS + path)) == [("AUTHENTICATION_REQUIRED", None)]


@pytest.mark.parametrize(
    "path", ["/patterns", "/breakers/database/trip", "/breakers/database/reset"]
)
def test_strangers_may_change_nothing(public: Api, path: str) -> None:
    assert public.send("POST", ADDRESS + path, {}).status_code == 401
    assert not AuditEntry.objects.exists()


def test_patterns_are_switched_off_and_on(operator: Api) -> None:
    asked = {"off": ["retry"], "ttlSeconds": 60, "reason": "to see"}
    answer = operator.send("POST", f"{ADDRESS}/patterns", asked)
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert (data["off"], data["startedBy"], data["reason"]) == (
        ["retry"], "operator", "to see",
    )  # fmt: skip
    assert answer["ETag"] == f'"{data["version"]}"'
    assert operator.get(f"{ADDRESS}/patterns").json()["data"]["off"] == ["retry"]
    operator.send("POST", f"{ADDRESS}/patterns", {"off": []})
    assert PatternSwitch.objects.get().off == []


def test_whoever_was_slower_gets_412(operator: Api) -> None:
    operator.send("POST", f"{ADDRESS}/patterns", {"off": ["retry"]})
    answer = operator.send("POST", f"{ADDRESS}/patterns", {"off": []}, If_Match='"0"')
    assert errors(answer) == [("PRECONDITION_FAILED", None)]


def test_a_breaker_is_tripped_on_one_replica(
    operator: Api, replicas: list[str]
) -> None:
    body = {"replica": replicas[1], "reason": "drill"}
    answer = operator.send("POST", f"{ADDRESS}/breakers/database/trip", body)
    assert answer.status_code == 202
    order = BreakerOrder.objects.get()
    assert (str(order.replica), order.action) == (replicas[1], "trip")


def test_bad_orders_are_told(operator: Api, replicas: list[str]) -> None:
    def trip(body: object, name: str = "database") -> object:
        return errors(operator.send("POST", f"{ADDRESS}/breakers/{name}/trip", body))

    assert trip({}, name="nothing") == [("NOT_FOUND", None)]
    assert trip({"replica": "x"}) == [("VALIDATION_ERROR", "replica")]
    assert trip({"reason": 7, "who": 1}) == [
        ("VALIDATION_ERROR", "reason"),
        ("VALIDATION_ERROR", "who"),
    ]
    assert not BreakerOrder.objects.exists()


def test_intervals_are_told(operator: Api) -> None:
    operator.send("POST", f"{ADDRESS}/patterns", {"off": ["retry"]})
    began = database_now() - timedelta(seconds=30)
    PatternSwitch.objects.update(started_at=began)
    answer = operator.get(f"{ADDRESS}/intervals").json()["data"]
    assert answer["intervals"] == []  # too short to be one


def test_two_intervals_are_compared(operator: Api) -> None:
    moment = "2026-01-31T12:00:00Z"
    query = f"?aFrom={moment}&aSeconds=60&bFrom={moment}&bSeconds=30"
    answer = operator.get(f"{ADDRESS}/comparison{query}").json()["data"]
    assert (answer["a"]["seconds"], answer["b"]["seconds"]) == (60, 30)
    assert answer["a"]["errorRate"] is None


def test_all_that_is_wrong_with_them_is_told(operator: Api) -> None:
    answer = operator.get(f"{ADDRESS}/comparison?aFrom=x&aSeconds=60")
    assert errors(answer) == [
        ("VALIDATION_ERROR", "aFrom"),
        ("VALIDATION_ERROR", "bFrom"),
        ("VALIDATION_ERROR", "bSeconds"),
    ]
