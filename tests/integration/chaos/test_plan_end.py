from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from ironclad.errors import Conflict
from sre_console.audit.actor import Actor
from sre_console.chaos.expiry import close_expired
from sre_console.chaos.selectors import band_json, periods, plan_status
from sre_console.chaos.services import (
    plan_disable,
    plan_disable_late,
    plan_enable,
    plan_extend,
    plan_lapse,
    plan_set,
    plan_set_latency,
)
from sre_console.models import AuditEntry, FaultPeriod, FaultPlan

pytestmark = pytest.mark.django_db
OPERATOR = Actor("ann", "operator")


def expire() -> None:
    """Move the plan's whole life into the past."""
    past = {"expires_at": Now() - timedelta(seconds=5)}
    FaultPlan.objects.update(**past, started_at=Now() - timedelta(seconds=65))
    FaultPeriod.objects.update(**past, began_at=Now() - timedelta(seconds=65))


@pytest.fixture
def expired() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.5, "ttlSeconds": 60})
    expire()


@pytest.mark.usefixtures("expired")
def test_an_expired_plan_is_off_before_anybody_has_written_it_down() -> None:
    status = plan_status()
    assert not status.plan.enabled
    assert not status.plan.spec.active
    assert status.remaining == 0
    assert FaultPeriod.objects.get().ended_at is None


@pytest.mark.usefixtures("expired")
def test_its_period_ends_at_the_expiry_once() -> None:
    assert close_expired() == 1
    assert close_expired() == 0
    period = FaultPeriod.objects.get()
    assert (period.end, period.ended_at) == ("expired", period.expires_at)
    entry = AuditEntry.objects.order_by("-id")[0]
    assert (entry.action, entry.role) == ("fault_plan.expired", "system")


def test_a_plan_that_still_runs_is_not_closed() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.5})
    assert close_expired() == 0


@pytest.mark.usefixtures("expired")
def test_what_has_expired_does_not_come_back_with_the_next_change() -> None:
    plan = plan_set_latency(actor=OPERATOR, ms=100)
    assert plan.spec.error_rate == 0
    assert plan.ttl_seconds == 300
    assert FaultPeriod.objects.get(version=1).end == "expired"


@pytest.mark.usefixtures("expired")
def test_enabling_after_the_expiry_injects_nothing() -> None:
    assert not plan_enable(actor=OPERATOR).spec.active


@pytest.mark.usefixtures("expired")
def test_there_is_nothing_to_extend_after_the_expiry() -> None:
    with pytest.raises(Conflict):
        plan_extend(actor=OPERATOR)


def test_there_is_nothing_to_extend_before_the_first_plan() -> None:
    with pytest.raises(Conflict):
        plan_extend(actor=OPERATOR)


def test_a_stop_written_late_ends_what_is_older_and_nothing_newer() -> None:
    began = plan_set(actor=OPERATOR, asked={"errorRate": 0.5}).started_at
    assert began is not None
    bob = Actor(name="bob", role="operator")
    earlier = began - timedelta(microseconds=1)
    plan_disable_late(actor=bob, reason="late", stopped=earlier)
    assert plan_status().plan.enabled
    plan_disable_late(actor=bob, reason="late", stopped=began)
    plan_disable_late(actor=bob, reason="late", stopped=began)
    assert not plan_status().plan.enabled
    assert FaultPeriod.objects.get().end == "stopped"
    entries = AuditEntry.objects.filter(action="fault_plan.disabled")
    assert [entry.actor for entry in entries] == ["bob"]


def test_a_replica_that_lost_its_lease_ends_the_plan() -> None:
    version = plan_set(actor=OPERATOR, asked={"errorRate": 0.5}).version
    plan_lapse(version=version)
    assert not plan_status().plan.enabled
    assert FaultPeriod.objects.get().end == "lapsed"
    assert AuditEntry.objects.order_by("-id")[0].action == "fault_plan.lapsed"


def test_a_lapse_does_nothing_to_a_plan_that_was_changed_since() -> None:
    version = plan_set(actor=OPERATOR, asked={"errorRate": 0.5}).version
    plan_set(actor=OPERATOR, asked={"errorRate": 0.6})
    plan_lapse(version=version)
    assert plan_status().plan.spec.error_rate == 0.6


def test_a_lapse_of_what_was_disabled_changes_nothing() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.5})
    version = plan_disable(actor=OPERATOR).version
    plan_lapse(version=version)
    assert plan_status().plan.version == version


@pytest.mark.usefixtures("expired")
def test_a_band_ends_at_the_expiry_before_anybody_has_written_it_down() -> None:
    period = FaultPeriod.objects.get()
    (band,) = periods(period.began_at, period.expires_at)
    assert (band.ended, band.end) == (period.expires_at, "expired")


def test_a_band_of_a_plan_in_force_is_open() -> None:
    plan = plan_set(actor=OPERATOR, asked={"errorRate": 0.5, "reason": "drill"})
    assert plan.started_at is not None
    (band,) = periods(plan.started_at, plan.started_at + timedelta(seconds=1))
    assert band_json(band) == {
        "version": 1,
        "from": plan.started_at.timestamp(),
        "to": None,
        "errorRate": 0.5,
        "latencyMs": 0,
        "jitterMs": 0,
        "dependencyErrorRate": 0,
        "dependencyLatencyMs": 0,
        "startedBy": "ann",
        "reason": "drill",
        "end": "",
    }


def test_bands_outside_the_range_are_left_out() -> None:
    plan = plan_set(actor=OPERATOR, asked={"errorRate": 0.5})
    assert plan.started_at is not None
    early = plan.started_at - timedelta(hours=1)
    assert periods(early, early + timedelta(minutes=1)) == []
    plan_disable(actor=OPERATOR)
    late = plan.started_at + timedelta(hours=1)
    assert periods(late, late + timedelta(minutes=1)) == []
