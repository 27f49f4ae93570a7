from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from pytest_django import Settings

from ironclad.errors import FieldsInvalid, PermissionRefused, PreconditionFailed
from sre_console.audit.actor import Actor
from sre_console.chaos.selectors import plan_status
from sre_console.chaos.services import (
    plan_disable,
    plan_enable,
    plan_extend,
    plan_set,
    plan_set_errors,
    plan_set_latency,
)
from sre_console.models import AuditEntry, FaultPeriod, FaultPlan

pytestmark = pytest.mark.django_db
OPERATOR = Actor("ann", "operator", "request-1")


def test_a_plan_is_set_with_owner_reason_and_expiry() -> None:
    asked = {"errorRate": 0.07, "ttlSeconds": 60, "reason": "drill"}
    plan = plan_set(actor=OPERATOR, asked=asked)
    assert (plan.version, plan.enabled, plan.spec.error_rate) == (1, True, 0.07)
    assert (plan.started_by, plan.reason) == ("ann", "drill")
    assert plan.started_at is not None
    assert plan.expires_at is not None
    assert (plan.expires_at - plan.started_at).total_seconds() == 60


def test_what_was_set_is_what_is_read() -> None:
    asked = {"latencyMs": 400, "pacing": "random", "target": {"methods": ["PUT"]}}
    plan = plan_set(actor=OPERATOR, asked=asked)
    assert plan_status().plan == plan
    assert plan.spec.seed is not None  # drawn once, so that it can be repeated


def test_a_change_makes_a_new_version_and_drops_what_it_does_not_name() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.07})
    plan = plan_set(actor=OPERATOR, asked={"latencyMs": 100})
    assert plan.version == 2
    assert plan.spec.error_rate == 0


def test_a_change_closes_the_period_before_at_the_same_moment() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.07})
    plan_set(actor=OPERATOR, asked={"errorRate": 0.08})
    before, after = FaultPeriod.objects.order_by("version")
    assert (before.end, before.ended_at) == ("changed", after.began_at)
    assert after.ended_at is None


def test_each_change_is_audited() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.07, "reason": "drill"})
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.role, entry.request_id) == (
        "ann",
        "operator",
        "request-1",
    )
    assert (entry.action, entry.subject) == ("fault_plan.set", "fault plan 1")
    assert entry.detail["error_rate"] == 0.07
    assert entry.reason == "drill"
    assert entry.before == {"enabled": False, "error_rate": 0}
    assert entry.after == {"enabled": True, "error_rate": 0.07}


def test_errors_alone_leave_the_latency() -> None:
    plan_set(actor=OPERATOR, asked={"latencyMs": 100, "ttlSeconds": 9})
    plan = plan_set_errors(actor=OPERATOR, rate=0.5)
    assert (plan.spec.latency_ms, plan.spec.error_rate) == (100, 0.5)
    assert plan.ttl_seconds == 9


def test_latency_alone_leaves_the_errors() -> None:
    plan_set_errors(actor=OPERATOR, rate=0.5)
    plan = plan_set_latency(actor=OPERATOR, ms=700)
    assert (plan.spec.latency_ms, plan.spec.error_rate) == (700, 0.5)


def test_zero_removes_that_fault_alone() -> None:
    asked = {"errorRate": 0.5, "latencyMs": 100, "jitterMs": 10}
    plan_set(actor=OPERATOR, asked=asked)
    plan = plan_set_latency(actor=OPERATOR, ms=0)
    assert (plan.spec.latency_ms, plan.spec.jitter_ms) == (0, 0)
    assert plan.spec.error_rate == 0.5
    assert plan_set_errors(actor=OPERATOR, rate=0).spec.active is False
    assert not FaultPeriod.objects.filter(ended_at=None).exists()


def test_disable_clears_every_fault() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.5, "latencyMs": 100})
    plan = plan_disable(actor=OPERATOR, reason="enough")
    assert not plan.enabled
    assert not plan.spec.active
    assert FaultPeriod.objects.get().end == "stopped"
    assert AuditEntry.objects.order_by("id").last().reason == "enough"  # type: ignore[union-attr]


def test_enable_switches_on_what_was_prepared() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.5, "enabled": False})
    assert not plan_status().plan.enabled
    assert not FaultPeriod.objects.exists()
    plan = plan_enable(actor=OPERATOR)
    assert plan.enabled
    assert plan.spec.error_rate == 0.5
    assert FaultPeriod.objects.get().version == 2


def test_extend_adds_to_what_is_left() -> None:
    before = plan_set(actor=OPERATOR, asked={"errorRate": 0.5, "ttlSeconds": 100})
    plan = plan_extend(actor=OPERATOR, seconds=60)
    assert before.expires_at is not None
    assert plan.expires_at is not None
    assert (plan.expires_at - before.expires_at).total_seconds() == 60
    assert plan.version == 2


def test_extending_again_and_again_never_leaves_more_than_an_hour() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.5, "ttlSeconds": 3600})
    plan = plan_extend(actor=OPERATOR, seconds=3600)
    assert plan.ttl_seconds == 3600


def test_the_version_one_has_seen_may_be_named() -> None:
    seen = plan_set(actor=OPERATOR, asked={"errorRate": 0.5}).version
    again = plan_set_errors(actor=OPERATOR, rate=0.1, expected_version=seen)
    assert again.version == seen + 1


def test_it_refuses_a_version_that_is_not_the_newest_and_changes_nothing() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.5})
    changes: list[Callable[[], object]] = [
        lambda: plan_set(actor=OPERATOR, asked={"errorRate": 1}, expected_version=0),
        lambda: plan_set_errors(actor=OPERATOR, rate=1, expected_version=2),
        lambda: plan_disable(actor=OPERATOR, expected_version=7),
    ]
    for change in changes:
        with pytest.raises(PreconditionFailed, match="version 1"):
            change()
    assert plan_status().plan.spec.error_rate == 0.5
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("wrong", ["0.07", None, True, 1.1, -1, float("nan")])
def test_it_refuses_a_wrong_rate_by_name_and_changes_nothing(wrong: object) -> None:
    with pytest.raises(FieldsInvalid, match=r"^rate must be") as refusal:
        plan_set_errors(actor=OPERATOR, rate=wrong)
    assert refusal.value.field == "rate"
    assert not FaultPlan.objects.exists()


@pytest.mark.parametrize("wrong", ["400", None, True, 10_001, -1, 0.5, float("inf")])
def test_it_refuses_a_wrong_latency_by_name(wrong: object) -> None:
    with pytest.raises(FieldsInvalid, match=r"^ms must be") as refusal:
        plan_set_latency(actor=OPERATOR, ms=wrong)
    assert refusal.value.field == "ms"


@pytest.mark.parametrize("wrong", ["60", None, True, 0, 3601, 1.5])
def test_it_refuses_a_wrong_extension_by_name(wrong: object) -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.5})
    with pytest.raises(FieldsInvalid) as refusal:
        plan_extend(actor=OPERATOR, seconds=wrong)
    assert refusal.value.field == "seconds"


def test_a_viewer_is_refused_everything() -> None:
    viewer = Actor("vic", "viewer")
    changes: list[Callable[[], object]] = [
        lambda: plan_set(actor=viewer, asked={"errorRate": 1}),
        lambda: plan_set_errors(actor=viewer, rate=1),
        lambda: plan_set_latency(actor=viewer, ms=1),
        lambda: plan_enable(actor=viewer),
        lambda: plan_extend(actor=viewer),
        lambda: plan_disable(actor=viewer),
    ]
    for change in changes:
        with pytest.raises(PermissionRefused):
            change()
    assert not AuditEntry.objects.exists()


def test_where_faults_are_not_allowed_only_disable_works(
    settings: Settings,
) -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 1})
    settings.CHAOS_ALLOWED = False
    changes: list[Callable[[], object]] = [
        lambda: plan_set(actor=OPERATOR, asked={"errorRate": 1}),
        lambda: plan_set_errors(actor=OPERATOR, rate=1),
        lambda: plan_set_latency(actor=OPERATOR, ms=1),
        lambda: plan_enable(actor=OPERATOR),
        lambda: plan_extend(actor=OPERATOR),
    ]
    for change in changes:
        with pytest.raises(PermissionRefused, match="IRONCLAD_CHAOS_ALLOWED"):
            change()
    assert not plan_status().plan.enabled  # what was left over is off as well
    assert plan_disable(actor=OPERATOR).version == 2


@pytest.mark.django_db(transaction=True)
def test_listeners_are_told_the_version_at_the_commit() -> None:
    with connection.cursor() as cursor:
        cursor.execute("LISTEN ironclad_plan")
    plan_set(actor=OPERATOR, asked={"errorRate": 0.5})
    raw = connection.connection
    told = [note.payload for note in raw.notifies(timeout=2, stop_after=1)]
    assert told == ["1"]
    with connection.cursor() as cursor:
        cursor.execute("UNLISTEN *")
