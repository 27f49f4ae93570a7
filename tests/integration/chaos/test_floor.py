from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from ironclad.errors import Conflict
from sre_console.audit.actor import Actor
from sre_console.chaos.floor import floor
from sre_console.chaos.holding import plan_hold, plan_release, plan_renew
from sre_console.chaos.plan import FaultSpec, Plan
from sre_console.chaos.selectors import plan_status
from sre_console.chaos.services import (
    plan_disable,
    plan_enable,
    plan_extend,
    plan_set,
    plan_set_errors,
    plan_set_latency,
)
from sre_console.models import AuditEntry
from sre_console.slo.selectors import budgets_left

pytestmark = pytest.mark.django_db
OPERATOR = Actor("ann", "operator")
SEVEN = "game-day-7"


class Budgets:
    def __init__(self) -> None:
        self.left: dict[str, float | None] = {"availability": 0.9, "latency": None}

    def __call__(self) -> dict[str, float | None]:
        return self.left


@pytest.fixture
def budgets(settings: Settings) -> Iterator[Budgets]:
    settings.CHAOS_FLOOR = 0.2
    budgets = Budgets()
    floor.ask(budgets)
    yield budgets
    floor.ask(budgets_left)


@pytest.fixture
def low(budgets: Budgets) -> Budgets:
    budgets.left = {"availability": 0.1234, "latency": 0.5, "error-rate": -1.5}
    return budgets


def hold(rate: float) -> Plan:
    spec = FaultSpec(error_rate=rate) if rate else None
    return plan_hold(holder=SEVEN, title="", spec=spec, reason="", actor=OPERATOR)


STARTS: list[tuple[str, Callable[[], object]]] = [
    ("set", lambda: plan_set(actor=OPERATOR, asked={"dependencyErrorRate": 0.5})),
    ("errors", lambda: plan_set_errors(actor=OPERATOR, rate=0.01)),
    ("latency", lambda: plan_set_latency(actor=OPERATOR, ms=1)),
    ("enable", lambda: plan_enable(actor=OPERATOR)),
    ("hold", lambda: hold(0.01)),
]


@pytest.mark.parametrize(("name", "start"), STARTS, ids=[name for name, _ in STARTS])
def test_no_fault_starts_below_the_floor(
    low: Budgets, name: str, start: Callable[[], object]
) -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.5, "enabled": False})
    with pytest.raises(Conflict) as refusal:
        start()
    assert str(refusal.value) == (
        "No fault may start with less than 20 % of an error budget left "
        "(IRONCLAD_CHAOS_FLOOR): availability has 12.34 %, error-rate has -150 %."
    )
    assert not plan_status().plan.enabled
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(("name", "start"), STARTS, ids=[name for name, _ in STARTS])
def test_above_it_they_do(
    budgets: Budgets, name: str, start: Callable[[], object]
) -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.5, "enabled": False})
    start()
    assert plan_status().plan.enabled


def test_what_is_in_force_may_be_lowered_kept_and_ended_below_it(
    budgets: Budgets,
) -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.5, "latencyMs": 100})
    budgets.left = {"availability": 0.0}
    with pytest.raises(Conflict):
        plan_set_errors(actor=OPERATOR, rate=0.6)
    plan_set_errors(actor=OPERATOR, rate=0.4)
    plan_extend(actor=OPERATOR)
    assert plan_set_latency(actor=OPERATOR, ms=0).spec.error_rate == 0.4
    assert not plan_disable(actor=OPERATOR).enabled
    with pytest.raises(Conflict):
        plan_set_errors(actor=OPERATOR, rate=0.4)  # it would start again


def test_a_game_day_lowers_renews_and_ends_its_faults_below_it(
    budgets: Budgets,
) -> None:
    hold(0.5)
    budgets.left = {"availability": 0.0}
    version = hold(0.4).version
    assert plan_renew(holder=SEVEN, version=version)
    with pytest.raises(Conflict):
        hold(0.5)
    assert not hold(0).enabled
    assert plan_release(holder=SEVEN, actor=OPERATOR) is not None


def test_without_a_floor_nobody_asks(low: Budgets, settings: Settings) -> None:
    settings.CHAOS_FLOOR = None
    assert plan_set_errors(actor=OPERATOR, rate=0.5).enabled


def test_it_asks_for_the_budgets_of_every_slo() -> None:
    assert floor._remaining is budgets_left
    assert set(budgets_left()) == {"availability", "latency", "error-rate"}
