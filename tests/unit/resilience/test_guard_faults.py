"""Faults that are injected behind the patterns."""

from __future__ import annotations

import pytest

from ironclad.clock import clock as real_clock
from ironclad.errors import CircuitOpen, DatabaseUnavailable, DeadlineExceeded
from ironclad.resilience import deadline
from ironclad.resilience.effects import Effects, effects
from ironclad.resilience.events import FaultInjected
from ironclad.resilience.faults import DependencyFault
from tests.unit.resilience.guard_stage import AWAY, Stage


class Faults:
    """Decides what it is told, attempt by attempt."""

    def __init__(self, stage: Stage, *decisions: DependencyFault | None) -> None:
        self.stage = stage
        self.decisions = list(decisions)
        self.asked: list[tuple[str, str, int]] = []
        self.standing = True
        self.most = 0.0

    def decide(self, method: str, path: str, attempt: int) -> DependencyFault | None:
        self.asked.append((method, path, attempt))
        return self.decisions.pop(0) if self.decisions else None

    def hold(self, fault: DependencyFault, most: float) -> float:
        self.most = most
        return fault.delay

    def stands(self, _fault: DependencyFault) -> bool:
        return self.standing


class Slow(Faults):
    """Really takes the time there is."""

    def hold(self, fault: DependencyFault, most: float) -> float:
        del fault
        ends = real_clock.monotonic() + most
        while real_clock.monotonic() < ends:
            pass
        return most


@pytest.fixture
def request_effects() -> Effects:
    noted = Effects("GET", "/api/users")
    effects.set(noted)
    return noted


ERROR = DependencyFault(7, error=True)


def test_an_injected_error_looks_like_the_real_one_and_is_retried(
    request_effects: Effects,
) -> None:
    stage = Stage()
    faults = stage.guard.faults = Faults(stage, ERROR, None)
    assert stage.run("users", idempotent=False) == "users"
    assert faults.asked == [("GET", "/api/users", 1), ("GET", "/api/users", 2)]
    assert FaultInjected("database", "dependency_error", 7, 1) in stage.told
    assert request_effects == Effects(
        "GET", "/api/users", calls=2, retries=1, plan=7, dependency_errors=1
    )


def test_injected_errors_open_the_breaker(request_effects: Effects) -> None:
    stage = Stage(failures=3)
    stage.guard.faults = Faults(stage, ERROR, ERROR, ERROR)
    with pytest.raises(DatabaseUnavailable):
        stage.run("never")
    assert stage.guard.breaker.standing().state == "open"


def test_an_open_breaker_keeps_the_fault_from_being_injected(
    request_effects: Effects,
) -> None:
    stage = Stage()
    faults = stage.guard.faults = Faults(stage, ERROR)
    stage.guard.breaker.trip()
    with pytest.raises(CircuitOpen):
        stage.run("never")
    assert faults.asked == []
    assert request_effects.refused == "breaker"


def test_a_delay_waits_within_the_deadline_and_then_the_call_is_made(
    request_effects: Effects,
) -> None:
    stage = Stage()
    faults = stage.guard.faults = Faults(stage, DependencyFault(7, delay=0.7))
    assert stage.run("users") == "users"
    assert 9 < faults.most <= 10
    assert request_effects.dependency_delays == 1


def test_a_delay_that_takes_all_the_time_is_cut(request_effects: Effects) -> None:
    stage = Stage()
    stage.guard.faults = Slow(stage, DependencyFault(7, delay=60))
    with deadline.within(0.05), pytest.raises(DeadlineExceeded):
        stage.run("never")
    assert request_effects.refused == "deadline"
    assert stage.left == ["never"]


def test_an_error_that_ended_during_its_delay_is_not_raised(
    request_effects: Effects,
) -> None:
    stage = Stage()
    faults = stage.guard.faults = Faults(
        stage, DependencyFault(7, delay=0.7, error=True)
    )
    faults.standing = False
    assert stage.run("users") == "users"
    assert request_effects.dependency_errors == 0


def test_a_guard_that_is_not_of_the_request_leaves_its_effects_alone(
    request_effects: Effects,
) -> None:
    stage = Stage(of_request=False)
    faults = stage.guard.faults = Faults(stage, ERROR)
    assert stage.run(AWAY, "answer") == "answer"
    stage.guard.breaker.trip()
    with pytest.raises(CircuitOpen):
        stage.run("never")
    assert faults.asked == []
    assert request_effects == Effects("GET", "/api/users")


def test_nothing_is_injected_into_work_that_nobody_asked_for() -> None:
    effects.set(None)
    stage = Stage()
    faults = stage.guard.faults = Faults(stage, ERROR)
    assert stage.run("users") == "users"
    assert faults.asked == []
