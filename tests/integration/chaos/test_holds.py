from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from ironclad.errors import Conflict, PermissionRefused
from sre_console.audit.actor import SYSTEM, Actor
from sre_console.chaos.allowance import Allowance
from sre_console.chaos.holding import plan_hold, plan_release, plan_renew
from sre_console.chaos.plan import FaultSpec, Plan
from sre_console.chaos.selectors import plan_json, plan_read, plan_status
from sre_console.chaos.services import (
    plan_disable,
    plan_disable_late,
    plan_enable,
    plan_extend,
    plan_lapse,
    plan_set,
    plan_set_errors,
    plan_set_latency,
)
from sre_console.live.stop import stop_write
from sre_console.models import AuditEntry, FaultPeriod, FaultPlan

pytestmark = pytest.mark.django_db
OPERATOR = Actor("ann", "operator")
SEVEN = "game-day-7"
ERRORS = FaultSpec(error_rate=0.07)


def hold(
    spec: FaultSpec | None = ERRORS,
    *,
    holder: str = SEVEN,
    actor: Actor = OPERATOR,
    allowance: Allowance | None = None,
) -> Plan:
    return plan_hold(
        holder=holder,
        title="Progressive errors",
        spec=spec,
        reason="step 1",
        actor=actor,
        allowance=allowance,
    )


def age(seconds: int) -> None:
    """Let so much time pass for the plan and its period."""
    by = timedelta(seconds=seconds)
    row = FaultPlan.objects.get()
    times = ("started_at", "expires_at", "held_until")
    FaultPlan.objects.update(
        **{name: at - by for name in times if (at := getattr(row, name)) is not None}
    )
    for period in FaultPeriod.objects.filter(ended_at=None):
        period.began_at, period.expires_at = (
            period.began_at - by,
            period.expires_at - by,
        )
        period.save()


def by_hand() -> list[Callable[[], object]]:
    return [
        lambda: plan_set(actor=OPERATOR, asked={"errorRate": 0.01}),
        lambda: plan_set_errors(actor=OPERATOR, rate=0),
        lambda: plan_set_latency(actor=OPERATOR, ms=1),
        lambda: plan_enable(actor=OPERATOR),
        lambda: plan_extend(actor=OPERATOR),
    ]


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_a_game_day_puts_faults_in_force_for_a_minute_at_a_time() -> None:
    allowance = Allowance(SEVEN, {"availability": 3}, {"a": {"availability": 3}})
    plan = hold(allowance=allowance)
    assert (plan.version, plan.enabled, plan.spec) == (1, True, ERRORS)
    assert (plan.holder, plan.allowance) == (SEVEN, allowance)
    assert plan.started_at is not None
    assert plan.expires_at == plan.held_until == plan.started_at + timedelta(seconds=60)
    assert plan_read()[0] == plan
    assert plan_json(plan_status())["holder"] == SEVEN
    assert FaultPeriod.objects.get().expires_at == plan.expires_at


def test_it_may_hold_the_plan_without_a_fault() -> None:
    hold()
    plan = hold(None)
    assert (plan.version, plan.enabled, plan.spec.active) == (2, False, False)
    assert plan.holder == SEVEN
    assert not FaultPeriod.objects.filter(ended_at=None).exists()
    assert actions() == ["fault_plan.set", "fault_plan.held"]
    entry = AuditEntry.objects.order_by("-id")[0]
    assert (entry.detail["holder"], entry.detail["title"]) == (
        SEVEN,
        "Progressive errors",
    )


@pytest.mark.parametrize("spec", [ERRORS, None], ids=["faults", "no faults"])
def test_nobody_changes_what_it_holds_by_hand(spec: FaultSpec | None) -> None:
    hold(spec)
    for change in by_hand():
        with pytest.raises(Conflict, match=r"Game day 7 .*/console/game-days/7"):
            change()
    assert plan_status().plan.version == 1
    assert len(actions()) == 1


def test_nor_does_another_game_day() -> None:
    hold()
    with pytest.raises(Conflict, match="Game day 7"):
        hold(holder="game-day-8")


def test_it_takes_the_place_of_what_was_set_by_hand() -> None:
    plan_set(actor=OPERATOR, asked={"latencyMs": 100})
    assert hold().spec == ERRORS
    assert FaultPeriod.objects.get(version=1).end == "changed"


def test_a_renewal_moves_the_end_of_the_same_version_and_nothing_else() -> None:
    before = hold()
    age(50)
    assert plan_renew(holder=SEVEN, version=1)
    plan, remaining = plan_read()
    assert plan.version == 1
    assert plan.renewals == before.renewals + 1
    assert 59 < remaining <= 60
    assert plan.held_until == plan.expires_at
    assert FaultPeriod.objects.get().expires_at == plan.expires_at
    assert FaultPeriod.objects.get().ended_at is None
    assert actions() == ["fault_plan.set"]


def test_a_hold_without_faults_is_renewed_too() -> None:
    hold(None)
    age(50)
    assert plan_renew(holder=SEVEN, version=1, ttl=30)
    plan, remaining = plan_read()
    assert (plan.enabled, remaining) == (False, 0)
    age(20)
    assert plan_status().plan.holder == SEVEN


def test_it_renews_no_version_that_is_no_longer_in_force() -> None:
    assert not plan_renew(holder=SEVEN, version=1)
    hold()
    assert not plan_renew(holder="game-day-8", version=1)
    hold(None)
    assert not plan_renew(holder=SEVEN, version=1)
    plan_disable(actor=OPERATOR)
    assert not plan_renew(holder=SEVEN, version=3)
    assert FaultPlan.objects.get().renewals == 0


def test_it_renews_nothing_whose_end_has_passed() -> None:
    hold()
    age(60)
    assert not plan_renew(holder=SEVEN, version=1)
    assert not plan_status().plan.enabled


def test_it_renews_nothing_whose_end_was_written_down_this_moment() -> None:
    hold()
    FaultPeriod.objects.update(ended_at=Now(), end="expired")
    assert not plan_renew(holder=SEVEN, version=1)
    assert FaultPlan.objects.get().renewals == 0


def test_a_hold_ends_by_itself_a_minute_after_its_last_renewal() -> None:
    hold()
    age(60)
    plan = plan_status().plan
    assert (plan.holder, plan.enabled) == ("", False)
    assert plan_json(plan_status())["holder"] is None
    assert plan_set_latency(actor=OPERATOR, ms=5).spec.error_rate == 0


def test_a_clock_that_jumped_back_leaves_no_more_than_a_renewal_gives() -> None:
    hold()
    age(-3600)
    assert plan_read()[1] == 60


def test_release_ends_the_hold_and_its_faults() -> None:
    hold()
    plan = plan_release(holder=SEVEN, actor=OPERATOR)
    assert plan is not None
    assert (plan.version, plan.enabled, plan.holder) == (2, False, "")
    assert plan.allowance is None
    assert FaultPeriod.objects.get().end == "stopped"
    assert actions() == ["fault_plan.set", "fault_plan.released"]
    assert plan_set_errors(actor=OPERATOR, rate=0.01).enabled


def test_release_leaves_alone_what_is_not_its_own() -> None:
    plan_set(actor=OPERATOR, asked={"errorRate": 0.5})
    assert plan_release(holder=SEVEN, actor=OPERATOR) is None
    hold(holder="game-day-8")
    assert plan_release(holder=SEVEN, actor=OPERATOR) is None
    assert plan_status().plan.enabled


@pytest.mark.parametrize(
    "stop",
    [lambda: plan_disable(actor=OPERATOR), lambda: stop_write(OPERATOR)[0]],
    ids=["disable", "STOP ALL"],
)
def test_a_stop_always_works_and_ends_the_hold(stop: Callable[[], Plan]) -> None:
    hold()
    plan = stop()
    assert (plan.enabled, plan.holder, plan.held_until) == (False, "", None)
    assert plan_set_errors(actor=OPERATOR, rate=0.01).enabled


@pytest.mark.parametrize("since", [ERRORS, None], ids=["faults", "no faults"])
def test_a_stop_written_late_ends_a_hold_that_changed_since(
    since: FaultSpec | None,
) -> None:
    began = hold().started_at
    assert began is not None
    pressed = began + timedelta(microseconds=1)
    hold(since)
    plan_disable_late(actor=OPERATOR, reason="late", stopped=pressed)
    plan = plan_status().plan
    assert (plan.enabled, plan.holder) == (False, "")


def test_a_stop_written_late_leaves_a_hold_that_is_newer() -> None:
    began = hold(None).started_at
    assert began is not None
    earlier = began - timedelta(microseconds=1)
    plan_disable_late(actor=OPERATOR, reason="late", stopped=earlier)
    assert plan_status().plan.holder == SEVEN


def test_a_replica_that_lost_its_lease_ends_the_faults_and_not_the_hold() -> None:
    began = hold().started_at
    plan_lapse(version=1)
    plan = plan_status().plan
    assert (plan.version, plan.enabled, plan.holder) == (2, False, SEVEN)
    assert plan.started_at == began
    assert not plan_renew(holder=SEVEN, version=1)
    assert hold().enabled


def test_where_faults_are_not_allowed_a_game_day_may_only_end_them(
    settings: Settings,
) -> None:
    hold()
    settings.CHAOS_ALLOWED = False
    with pytest.raises(PermissionRefused):
        hold()
    assert not hold(None).enabled
    assert plan_release(holder=SEVEN, actor=SYSTEM) is not None


def test_a_viewer_holds_nothing() -> None:
    viewer = Actor("vic", "viewer")
    for spec in (ERRORS, None):
        with pytest.raises(PermissionRefused):
            hold(spec, actor=viewer)
    hold()
    with pytest.raises(PermissionRefused):
        plan_release(holder=SEVEN, actor=viewer)


def test_drawn_faults_get_a_seed_that_can_be_repeated() -> None:
    spec = hold(FaultSpec(error_rate=0.5, pacing="random")).spec
    assert spec.seed is not None
    assert hold(FaultSpec(error_rate=0.5, pacing="random", seed=4)).spec.seed == 4
