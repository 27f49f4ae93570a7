from __future__ import annotations

import pytest

from ironclad.errors import Conflict, PermissionRefused
from sre_console.access.matrix import ROLES
from sre_console.audit.actor import Actor
from sre_console.chaos.holding import plan_hold
from sre_console.chaos.no_faults import no_faults_read, no_faults_release
from sre_console.chaos.services import plan_enable, plan_set, plan_set_latency
from sre_console.live.lever import no_faults_pull
from sre_console.models import FaultPlan

pytestmark = pytest.mark.django_db


@pytest.mark.any_postgres
def test_the_services_themselves_ask_who_it_is() -> None:
    with pytest.raises(PermissionRefused):
        no_faults_pull(actor=Actor("vera", "viewer"), reason="a")
    no_faults_pull(actor=Actor("paula", "approver"), reason="a")
    for role in set(ROLES) - {"administrator"}:
        with pytest.raises(PermissionRefused):
            no_faults_release(actor=Actor("x", role))
    scopes = frozenset({"read", "chaos"})
    with pytest.raises(PermissionRefused, match="A token may not"):
        no_faults_release(actor=Actor("alma", "administrator", scopes=scopes))
    assert no_faults_read().pulled


def test_not_even_an_empty_hold_is_taken_while_it_is_pulled() -> None:
    operator = Actor("ann", "operator")
    no_faults_pull(actor=operator, reason="a")
    with pytest.raises(Exception, match="forbade every fault"):
        plan_hold(holder="game-day-7", title="", spec=None, reason="", actor=operator)


def test_not_even_an_empty_plan_is_switched_on_while_it_is_pulled() -> None:
    operator = Actor("ann", "operator")
    plan_set(actor=operator, asked={"errorRate": 0.01})
    no_faults_pull(actor=operator, reason="a")
    with pytest.raises(Conflict, match="forbade every fault"):
        plan_enable(actor=operator)
    with pytest.raises(Conflict, match="forbade every fault"):
        plan_set(actor=operator, asked={"errorRate": 0.0})
    with pytest.raises(Conflict, match="forbade every fault"):
        plan_set_latency(actor=operator, ms=0)
    assert not FaultPlan.objects.get().enabled
