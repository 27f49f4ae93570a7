"""A plan with an allowance ends on the very request that uses it up."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from ironclad.edge.events import FaultDecision
from ironclad.resilience.effects import Effects
from sre_console.chaos.allowance import Allowance, dealt
from sre_console.chaos.plan import FaultSpec
from sre_console.chaos.spending import Spent

from .spender import KEY, PATH, RATE, Spender

SEVEN = FaultSpec(error_rate=0.07)
ALL = FaultSpec(error_rate=1)
FAILING = FaultSpec(dependency_error_rate=1)


@pytest.fixture
def one() -> Spender:
    return Spender()


def allowed(limit: int, slo: str = "availability") -> Allowance:
    return dealt(KEY, {slo: limit}, {}, ["a"])


def test_108_bad_events_at_7_percent_end_with_request_1543(one: Spender) -> None:
    one.hold_plan(1, SEVEN, allowed(108))
    hit = []
    for number in range(1, 4001):
        one.time.advance(1 / RATE)
        one.confirm(one.in_force, remaining=300, asked=one.time.monotonic())  # type: ignore[arg-type]
        decision = one.serve()
        if decision is not None and decision.error:
            hit.append(number)
        if number == 1543:
            assert one.time.monotonic() - 1000 == pytest.approx(30.86)
            assert one.told == 1
    assert hit[-1] == 1543 == math.ceil(108 / 0.07)
    assert len(hit) == one.seen["availability"] == 108


def test_the_plan_stays_in_force_and_this_replica_leaves_its_requests_alone(
    one: Spender,
) -> None:
    one.hold_plan(1, ALL, allowed(1))
    assert one.serve() == FaultDecision(
        1, error=True, counted=("availability", "error-rate")
    )
    assert one.serve() is None
    assert one.in_force is not None
    assert one.spending.unstored() == {
        1: Spent(KEY, {"availability": 1, "error-rate": 1}, spent_out=True)
    }


def test_the_last_one_that_was_decided_is_still_answered(one: Spender) -> None:
    one.hold_plan(1, replace(ALL, latency_ms=400), allowed(1))
    decision = one.decide("GET", PATH)
    assert decision is not None
    assert one.stands(decision)


def test_requests_in_progress_count_when_they_are_decided(one: Spender) -> None:
    one.hold_plan(1, replace(ALL, latency_ms=400), allowed(3))
    decided = [one.decide("GET", PATH) for _ in range(10)]
    assert [decision is not None for decision in decided] == [True] * 3 + [False] * 7


@pytest.mark.parametrize(("ms", "counts"), [(499, 0), (500, 1), (700, 1)])
def test_a_delay_from_the_objectives_threshold_on_is_bad_for_latency(
    one: Spender, ms: int, counts: int
) -> None:
    one.hold_plan(1, FaultSpec(latency_ms=ms), allowed(5, "latency"))
    one.decide("GET", PATH)
    spent = one.spending.unstored()[1]
    assert spent.bad == ({"latency": 1} if counts else {})


def test_what_is_too_slow_only_in_the_end_counts_then_and_once(one: Spender) -> None:
    one.hold_plan(1, FaultSpec(latency_ms=490), allowed(2, "latency"))
    one.serve(seconds=0.02)
    assert one.spending.unstored()[1].bad == {"latency": 1}
    one.serve(seconds=0.001)  # fast enough
    assert one.serve(seconds=0.02) is not None
    assert one.serve() is None
    assert one.seen["latency"] == 2


def test_a_slow_error_counts_once_for_each_slo(one: Spender) -> None:
    one.hold_plan(1, replace(ALL, latency_ms=600), allowed(2))
    one.serve()
    one.serve()
    bad = one.spending.unstored()[1].bad
    assert bad == {"availability": 2, "error-rate": 2, "latency": 2} == one.seen


def test_a_failed_dependency_counts_when_the_request_finishes(one: Spender) -> None:
    one.hold_plan(1, FAILING, allowed(2))
    for refused in (False, True):  # by the breaker, in the end
        assert one.fails_dependency("GET", PATH)
        effects = Effects("GET", PATH)
        if not refused:
            effects.plan, effects.dependency_errors = 1, 3
        decision = one.decide("GET", PATH)
        one.finish(decision, status=503, effects=effects, exercise=refused)
    assert one.spending.unstored()[1].bad["availability"] == 2
    assert not one.fails_dependency("GET", PATH)
    assert one.dependency.decide("GET", PATH, 1) is None


def test_an_error_that_nobody_injected_does_not_count(one: Spender) -> None:
    one.hold_plan(1, FaultSpec(error_rate=0.000001), allowed(1))
    one.finish(one.decide("GET", PATH), status=500)
    assert one.serve() is not None


def test_what_was_decided_and_did_not_happen_is_given_back(one: Spender) -> None:
    one.hold_plan(1, replace(ALL, latency_ms=100), allowed(2))
    decision = one.decide("GET", PATH)
    assert decision is not None
    left = replace(decision, error=False)  # the client did, during the delay
    one.finish(left, status=499, duration=0.05)
    for _ in range(5):
        one.serve()
    assert one.seen["availability"] == 2


def test_what_is_given_back_after_the_end_starts_nothing_again(one: Spender) -> None:
    one.hold_plan(1, replace(ALL, latency_ms=100), allowed(1))
    decision = one.decide("GET", PATH)
    assert decision is not None
    one.finish(replace(decision, error=False), status=499)
    assert one.serve() is None
    assert one.spending.unstored()[1] == Spent(KEY, {}, spent_out=True)


def test_the_count_goes_on_through_versions_with_the_same_key(one: Spender) -> None:
    one.hold_plan(1, ALL, allowed(5))
    for _ in range(3):
        one.serve()
    one.hold_plan(2, replace(ALL, error_rate=0.5), allowed(5))
    for _ in range(10):
        one.serve()
    assert one.seen["availability"] == 5
    spent = one.spending.unstored()
    assert [spent[v].bad["availability"] for v in (1, 2)] == [3, 2]
    assert [spent[v].spent_out for v in (1, 2)] == [False, True]


def test_a_request_of_the_version_before_may_be_the_last(one: Spender) -> None:
    one.hold_plan(1, FAILING, allowed(1))
    decision = one.decide("GET", PATH)
    one.hold_plan(2, ALL, allowed(1))
    effects = Effects("GET", PATH, plan=1, dependency_errors=3)
    one.finish(decision, status=503, effects=effects)
    assert one.serve() is None
    assert one.spending.unstored()[2].spent_out


def test_a_version_that_comes_with_nothing_left_says_so_at_once(one: Spender) -> None:
    one.hold_plan(1, ALL, allowed(1))
    one.serve()
    one.hold_plan(2, FAILING, allowed(1))
    assert one.spending.unstored()[2].spent_out
    assert not one.fails_dependency("GET", PATH)
    assert one.told == 2


def test_another_key_counts_for_itself(one: Spender) -> None:
    one.hold_plan(1, ALL, allowed(1))
    one.serve()
    one.hold_plan(2, ALL, replace(allowed(1), key="game-day-8"))
    assert one.serve() is not None


def test_a_new_deal_lets_it_go_on(one: Spender) -> None:
    one.hold_plan(1, ALL, allowed(1))
    one.serve()
    one.hold_plan(2, ALL, dealt(KEY, {"availability": 3}, {"a": one.seen}, ["a"]))
    for _ in range(5):
        one.serve()
    assert one.seen["availability"] == 3


def test_a_replica_without_a_share_injects_nothing_and_is_not_spent_out() -> None:
    late = Spender("late")
    for version, spec in ((1, ALL), (2, FAILING)):
        late.hold_plan(version, spec, allowed(100))
        assert late.serve() is None
        assert not late.fails_dependency("GET", PATH)
    assert late.told == 0
    assert not any(spent.spent_out for spent in late.spending.unstored().values())


def test_a_plan_without_an_allowance_goes_on_and_is_not_counted(one: Spender) -> None:
    one.hold_plan(1, ALL, None)
    for _ in range(500):
        one.serve()
    assert one.seen["availability"] == 500
    assert one.spending.unstored() == {}


def test_what_is_stored_is_told_again_only_when_it_has_changed(one: Spender) -> None:
    one.hold_plan(1, ALL, allowed(5))
    one.serve()
    spent = one.spending.unstored()
    one.serve()  # while it was being stored
    one.spending.stored(spent)
    assert one.spending.unstored()[1].bad["availability"] == 2
    one.spending.stored(one.spending.unstored())
    assert one.spending.unstored() == {}


def test_it_keeps_the_last_versions_and_forgets_older_ones(one: Spender) -> None:
    for version in range(1, 61):
        one.hold_plan(version, ALL, allowed(1000))
        one.serve()
        one.spending.stored(one.spending.unstored())
    assert one.spending._accounts.keys() == one.spending._stored.keys()
    assert min(one.spending._accounts) == 11
    assert one.spending._totals[KEY]["availability"] == 60


def test_a_dependency_fails_no_more_once_errors_have_used_up_the_share(
    one: Spender,
) -> None:
    one.hold_plan(1, FaultSpec(error_rate=1, dependency_error_rate=1), allowed(1))
    assert one.fails_dependency("GET", PATH)
    one.serve()
    assert not one.fails_dependency("GET", PATH)


def test_a_request_older_than_the_plan_counts_for_the_one_that_failed_it(
    one: Spender,
) -> None:
    one.hold_plan(1, FAILING, allowed(5))
    effects = Effects("GET", PATH, plan=1, dependency_errors=3)
    one.finish(None, status=503, effects=effects)
    assert one.spending.unstored()[1].bad["availability"] == 1
