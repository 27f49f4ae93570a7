"""/api/alerts."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from sre_console.chaos.rows import database_now
from sre_console.models import AlertState, EvaluatorLease, Replica, Silence

from .conftest import Api

pytestmark = pytest.mark.django_db

FIELDS = {
    "name", "slo", "severity", "state", "value", "threshold", "since", "firedAt",
    "resolvedAt", "runbookUrl",
}  # fmt: skip


def test_every_rule_is_told_with_its_state_and_threshold(operator: Api) -> None:
    AlertState.objects.create(
        name="ErrorBudgetBurn1h", slo="availability", state="firing",
        since=database_now(), fired_at=database_now(),
    )  # fmt: skip
    alerts = operator.get("/api/alerts").json()["data"]["alerts"]
    assert all(set(each) >= FIELDS for each in alerts)
    by_name = {(each["name"], each["slo"]): each for each in alerts}
    fast = by_name["ErrorBudgetBurn1h", "availability"]
    assert (fast["state"], fast["severity"]) == ("firing", "page")
    assert fast["threshold"] == pytest.approx(14.4)
    assert by_name["HighErrorRate", None]["forSeconds"] == 5  # at scale 60
    assert by_name["HighErrorRate", None]["state"] == "inactive"


def test_no_data_is_no_value_and_too_few_events_are_told(operator: Api) -> None:
    alerts = operator.get("/api/alerts").json()["data"]["alerts"]
    (high,) = [each for each in alerts if each["name"] == "HighErrorRate"]
    assert high["value"] is None
    assert high["measuredOn"] == {
        "events": 0, "coveredSeconds": 0, "windowSeconds": 5, "enough": False,
    }  # fmt: skip


def test_what_is_silenced_says_so(operator: Api) -> None:
    now = database_now()
    Silence.objects.create(
        slo="latency", starts_at=now, ends_at=now + timedelta(minutes=1),
        created_by="operator", reason="known",
    )  # fmt: skip
    alerts = operator.get("/api/alerts").json()["data"]["alerts"]
    assert {each["slo"] for each in alerts if each["silenced"]} == {"latency"}


@pytest.mark.parametrize(
    ("ago", "state"), [(1, "inactive"), (8, "pending"), (20, "firing")]
)
def test_that_nobody_judges_is_told_while_it_lasts(
    operator: Api, ago: int, state: str
) -> None:
    now = database_now()
    Replica.objects.create(id=uuid4(), started_at=now - timedelta(hours=1), seen_at=now)
    EvaluatorLease.objects.create(judged_at=now - timedelta(seconds=ago))
    alerts = operator.get("/api/alerts").json()["data"]["alerts"]
    (absent,) = [each for each in alerts if each["name"] == "EvaluatorAbsent"]
    assert absent["state"] == state
    assert (absent["firedAt"] is not None) is (state == "firing")
    assert absent["value"] == pytest.approx(ago, abs=1)
    assert not AlertState.objects.exists()
