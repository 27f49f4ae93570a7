from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from sre_console.audit.actor import Actor
from sre_console.chaos.selectors import plan_json, plan_read, plan_status
from sre_console.chaos.services import plan_disable, plan_set
from sre_console.models import FaultTally, Replica

pytestmark = pytest.mark.django_db
OPERATOR = Actor("ann", "operator")


def tally(version: int, requests: int, errors: int) -> None:
    FaultTally.objects.create(
        version=version,
        replica=uuid4(),
        requests=requests,
        failed=errors + 1,
        errors=errors,
        delays=2,
    )


def test_before_the_first_plan_nothing_is_on() -> None:
    status = plan_status()
    assert (status.plan.version, status.plan.enabled) == (0, False)
    assert plan_json(status)["errorRate"] == 0


def test_the_figures_are_those_of_all_replicas_together() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.07})
    tally(1, requests=100, errors=7)
    tally(1, requests=50, errors=3)
    tally(0, requests=9, errors=9)
    status = plan_status()
    assert (status.requests, status.errors, status.failed) == (150, 10, 12)
    assert status.delays == 4


def test_after_the_end_the_figures_of_what_ended_are_still_told() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.07})
    tally(1, requests=100, errors=7)
    plan_disable(actor=OPERATOR)
    assert plan_status().errors == 7


def test_it_counts_the_replicas_there_and_those_that_hold_the_version() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.07})
    for version, age in ((1, 0), (1, 1), (0, 1), (1, 60)):
        Replica.objects.create(
            id=uuid4(),
            started_at=Now(),
            seen_at=Now() - timedelta(seconds=age),
            plan_version=version,
        )
    status = plan_status()
    assert (status.replicas, status.confirmed) == (3, 2)


def test_the_json_has_the_promised_fields() -> None:
    asked = {"errorRate": 0.07, "latencyMs": 400, "reason": "drill", "ttlSeconds": 60}
    plan_set(actor=OPERATOR, asked=asked)
    answer = plan_json(plan_status())
    assert str(answer.pop("startedAt")).endswith("Z")
    assert str(answer.pop("expiresAt")).endswith("Z")
    assert 59 < float(str(answer.pop("remainingSeconds"))) <= 60
    assert answer == {
        "version": 1,
        "enabled": True,
        "pacing": "even",
        "seed": None,
        "errorRate": 0.07,
        "latencyMs": 400,
        "jitterMs": 0,
        "latencyRate": 1.0,
        "dependencyErrorRate": 0,
        "dependencyLatencyMs": 0,
        "target": {"methods": [], "pathPrefix": "/api/users"},
        "ttlSeconds": 60,
        "startedBy": "ann",
        "reason": "drill",
        "injected": {"errors": 0, "delays": 0, "dependencyErrors": 0},
        "requests": 0,
        "failed": 0,
        "replicas": {"count": 0, "confirmed": 0},
        "holder": None,
        "concealed": False,
        "environment": "rehearsal",
    }


def test_what_is_answered_can_be_sent_back() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.07})
    answer = plan_json(plan_status())
    assert plan_set(actor=OPERATOR, asked=answer).spec.error_rate == 0.07


def test_a_replica_reads_the_plan_and_its_remaining_seconds() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.07, "ttlSeconds": 60})
    plan, remaining = plan_read()
    assert plan.version == 1
    assert 59 < remaining <= 60
