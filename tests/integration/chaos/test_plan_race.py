from __future__ import annotations

import pytest

from ironclad.errors import Conflict, PreconditionFailed
from sre_console.audit.actor import Actor
from sre_console.audit.verification import verify
from sre_console.chaos.holding import plan_hold, plan_renew
from sre_console.chaos.plan import FaultSpec, Plan
from sre_console.chaos.services import plan_lapse, plan_set, plan_set_errors
from sre_console.models import AuditEntry, FaultPeriod, FaultPlan
from tests.integration.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
OPERATOR = Actor("ann", "operator")


def test_of_two_operators_at_once_one_is_told_that_the_other_was_faster() -> None:
    seen = plan_set(actor=OPERATOR, asked={"errorRate": 0.5}).version
    outcomes = at_once(
        [
            lambda: plan_set_errors(actor=OPERATOR, rate=0.1, expected_version=seen),
            lambda: plan_set_errors(actor=OPERATOR, rate=0.2, expected_version=seen),
        ]
    )
    kinds = sorted(type(outcome).__name__ for outcome in outcomes)
    assert kinds == ["Plan", PreconditionFailed.__name__]
    assert FaultPlan.objects.get().version == seen + 1


def test_changes_at_once_come_one_after_the_other() -> None:
    outcomes = at_once(
        [lambda: plan_set_errors(actor=OPERATOR, rate=0.1) for _ in range(6)]
    )
    versions = {plan.version for plan in outcomes if isinstance(plan, Plan)}
    assert versions == {1, 2, 3, 4, 5, 6}
    assert FaultPeriod.objects.filter(ended_at=None).count() == 1
    assert AuditEntry.objects.count() == 6
    assert verify().broken is None


def test_replicas_that_lapse_at_once_end_the_plan_once() -> None:
    version = plan_set(actor=OPERATOR, asked={"errorRate": 0.5}).version
    at_once([lambda: plan_lapse(version=version) for _ in range(4)])
    assert FaultPlan.objects.get().version == version + 1
    assert AuditEntry.objects.filter(action="fault_plan.lapsed").count() == 1


def test_renewals_beside_changes_wait_for_nobody_for_ever() -> None:
    def hold() -> Plan:
        return plan_hold(
            holder="game-day-7",
            title="",
            spec=FaultSpec(error_rate=0.5),
            reason="",
            actor=OPERATOR,
        )

    version = hold().version
    outcomes = at_once(
        [
            *[lambda: plan_renew(holder="game-day-7", version=version)] * 4,
            *[hold] * 2,
            lambda: plan_lapse(version=version),
            lambda: plan_set_errors(actor=OPERATOR, rate=0.1),
        ]
    )
    assert all(renewed in {True, False} for renewed in outcomes[:4])
    assert [type(made) for made in outcomes[4:6]] == [Plan, Plan]
    assert outcomes[6] is None
    assert isinstance(outcomes[7], Conflict)
    assert FaultPeriod.objects.filter(ended_at=None).count() <= 1
    assert verify().broken is None
