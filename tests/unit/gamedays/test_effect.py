"""What a plan of faults makes bad, with patterns as they are given."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.forecast.effect import Defences, effect_of
from sre_console.slo.objectives import Objective, Rule

MONTH = timedelta(days=30)
AVAILABILITY = Objective(
    "availability", "", "", 0.999, MONTH, Rule(bad_status_from=500)
)
LATENCY = Objective("latency", "", "", 0.95, MONTH, Rule(bad_slower_than=0.5))
SLOS = (AVAILABILITY, LATENCY)
ALL_ON = Defences(
    slots=32,
    queue_wait=1,
    attempts=3,
    retry_base=1,
    retry_budget=0.1,
    breaker_failures=5,
    breaker_open=30,
)
NONE_ON = Defences(slots=512, queue_wait=1)


def test_errors_at_the_edge_are_bad_whatever_the_patterns_do() -> None:
    found = effect_of(FaultSpec(error_rate=0.07), SLOS, defences=ALL_ON)
    assert found.bad == {"availability": 0.07, "latency": 0}
    assert found.failed == pytest.approx(0.07)
    assert found.delay == 0
    assert found.active


def test_a_share_of_delayed_requests_is_that_share_of_slow_ones() -> None:
    spec = FaultSpec(latency_ms=700, latency_rate=0.25)
    found = effect_of(spec, SLOS, defences=ALL_ON)
    assert found.bad == {"availability": 0, "latency": 0.25}
    assert found.delay == pytest.approx(0.175)


def test_jitter_makes_slow_what_lies_above_the_limit() -> None:
    spec = FaultSpec(latency_ms=480, jitter_ms=480)
    found = effect_of(spec, SLOS, defences=ALL_ON)
    assert found.bad["latency"] == pytest.approx(0.5, abs=0.01)
    assert found.delay == pytest.approx(0.48)


def test_who_is_held_when_a_delay_ends_is_bad_by_what_came_first() -> None:
    found = effect_of(FaultSpec(latency_ms=700), SLOS, defences=ALL_ON)
    assert found.held == {"availability": 0.7, "latency": pytest.approx(0.48)}


def test_a_plan_that_is_aimed_at_some_requests_reaches_no_others() -> None:
    spec = FaultSpec(error_rate=0.5, latency_ms=700)
    found = effect_of(spec, SLOS, defences=ALL_ON, reach=0.1)
    assert found.bad == {"availability": 0.05, "latency": 0.1}
    assert found.failed == pytest.approx(0.05)


def test_a_database_that_is_down_opens_the_breaker_if_it_is_on() -> None:
    down = FaultSpec(dependency_error_rate=1)
    assert effect_of(down, SLOS, defences=ALL_ON).breaker_opens
    without = effect_of(down, SLOS, defences=NONE_ON)
    assert not without.breaker_opens
    assert without.bad["availability"] == 1


def test_no_fault_does_nothing() -> None:
    found = effect_of(FaultSpec(), SLOS, defences=ALL_ON, arrivals=50)
    assert found.bad == {"availability": 0, "latency": 0}
    assert not found.active
