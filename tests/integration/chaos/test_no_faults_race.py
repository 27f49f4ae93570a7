"""Nothing slips by the lever while it is being pulled."""

from __future__ import annotations

import pytest

from ironclad.errors import Conflict
from sre_console.audit.actor import Actor
from sre_console.audit.verification import verify
from sre_console.chaos.holding import plan_hold, plan_renew
from sre_console.chaos.no_faults import no_faults_read
from sre_console.chaos.plan import FaultSpec, Plan
from sre_console.chaos.selectors import plan_read
from sre_console.chaos.services import plan_extend, plan_set_errors
from sre_console.live.lever import no_faults_pull
from sre_console.models import FaultPeriod, FaultPlan, NoFaults
from sre_console.resilience.selectors import switch_read
from sre_console.resilience.services import switch_set
from tests.integration.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
OPERATOR = Actor("ann", "operator")


def raised() -> Plan:
    return plan_set_errors(actor=OPERATOR, rate=0.5)


def test_what_comes_at_once_is_refused_or_ended() -> None:
    outcomes = at_once(
        [
            *[raised] * 3,
            lambda: no_faults_pull(actor=OPERATOR, reason="migration"),
            *[raised] * 3,
            lambda: plan_extend(actor=OPERATOR),
            lambda: switch_set(actor=OPERATOR, asked={"off": ["breaker"]}),
        ]
    )
    assert isinstance(outcomes[3], NoFaults)
    others = outcomes[:3] + outcomes[4:7]
    assert all(isinstance(each, Plan | Conflict) for each in others)
    assert not plan_read()[0].enabled
    assert not FaultPeriod.objects.filter(ended_at=None).exists()
    assert switch_read()[0].off == ()
    assert no_faults_read().pulled
    assert verify().broken is None


def test_of_two_who_pull_it_one_is_told_that_it_is_pulled() -> None:
    pulls = [lambda: no_faults_pull(actor=OPERATOR, reason="a")] * 4
    outcomes = at_once(pulls)
    assert sorted(type(each).__name__ for each in outcomes) == [
        *["Conflict"] * 3, "NoFaults",
    ]  # fmt: skip


def test_a_hold_is_not_renewed_past_it() -> None:
    version = plan_hold(
        holder="game-day-7",
        title="",
        spec=FaultSpec(error_rate=0.5),
        reason="",
        actor=OPERATOR,
    ).version
    outcomes = at_once(
        [
            *[lambda: plan_renew(holder="game-day-7", version=version)] * 3,
            lambda: no_faults_pull(actor=OPERATOR, reason="a"),
        ]
    )
    assert all(outcome in {True, False} for outcome in outcomes[:3])
    row = FaultPlan.objects.get()
    assert (row.enabled, row.holder) == (False, "")
    assert not plan_renew(holder="game-day-7", version=row.version)
