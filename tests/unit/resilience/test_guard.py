from __future__ import annotations

import threading
import time
from random import Random

import pytest

from ironclad.clock import clock as real_clock
from ironclad.errors import CircuitOpen, DatabaseUnavailable, DeadlineExceeded, NotFound
from ironclad.resilience import deadline
from ironclad.resilience.breaker import Breaker, BreakerPolicy
from ironclad.resilience.effects import Effects, effects
from ironclad.resilience.events import (
    BreakerChanged,
    CallEnded,
    Event,
    FaultInjected,
    RetryRefused,
    RetryScheduled,
)
from ironclad.resilience.faults import DependencyFault
from ironclad.resilience.guard import Guard, Rules
from ironclad.resilience.patterns import Pattern, Patterns
from ironclad.resilience.retry import RetryBudget, RetryPolicy
from tests.clock import FakeClock


class Stage:
    """A guard with everything around it faked, and calls that go as they are told to."""

    def __init__(
        self,
        *,
        failures: int = 5,
        open_seconds: float = 30,
        calls: int = 1000,
        of_request: bool = True,
    ) -> None:
        self.clock = FakeClock()
        self.told: list[Event] = []
        self.slept: list[float] = []
        self.released = 0
        self.patterns = Patterns(self.clock)
        self.budget = RetryBudget(0.1, monotonic=self.clock.monotonic)
        for _ in range(calls):
            self.budget.call()
        self.guard = Guard(
            Breaker(
                "database",
                BreakerPolicy(failures=failures, open_seconds=open_seconds),
                monotonic=self.clock.monotonic,
                publish=self.told.append,
            ),
            retry=RetryPolicy(jitter=0),
            budget=self.budget,
            patterns=self.patterns,
            rules=Rules(
                failure=lambda e: isinstance(e, DatabaseUnavailable | DeadlineExceeded),
                worth_a_retry=lambda e: isinstance(e, DatabaseUnavailable),
                unavailable=DatabaseUnavailable,
            ),
            publish=self.told.append,
            limit=lambda: 10.0,
            random=Random(1),
            sleep=self.sleep,
            release=self.release,
            of_request=of_request,
        )

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(seconds)

    def release(self) -> None:
        self.released += 1

    def off(self, pattern: Pattern) -> None:
        version = self.patterns.version + 1
        self.patterns.confirm(
            version, frozenset({pattern}), remaining=300, asked=self.clock.monotonic()
        )

    def run(
        self, *outcomes: object, idempotent: bool = True, enter: bool = True
    ) -> object:
        """A call that meets these outcomes, attempt by attempt."""
        left = list(outcomes)

        def call() -> object:
            if enter:
                attempt = self.guard.current()
                assert attempt is not None
                attempt.enter()
            outcome = left.pop(0)
            if callable(outcome):
                outcome = outcome()
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        try:
            return self.guard.run(call, idempotent=idempotent)
        finally:
            self.left = left

    @property
    def refusals(self) -> list[str]:
        return [event.reason for event in self.told if isinstance(event, RetryRefused)]


AWAY = DatabaseUnavailable()


def test_a_call_that_works_is_made_once() -> None:
    stage = Stage()
    assert stage.run("users") == "users"
    assert stage.told == [CallEnded("database", "succeeded")]
    assert (stage.slept, stage.released) == ([], 1)


def test_it_is_tried_three_times_after_1_and_2_seconds() -> None:
    stage = Stage()
    assert stage.run(AWAY, AWAY, "users") == "users"
    assert stage.slept == [1.0, 2.0]
    assert stage.released == 3
    scheduled = [event for event in stage.told if isinstance(event, RetryScheduled)]
    assert [(event.attempt, event.error) for event in scheduled] == [
        (1, "DATABASE_UNAVAILABLE"),
        (2, "DATABASE_UNAVAILABLE"),
    ]


def test_the_third_failure_is_the_answer() -> None:
    stage = Stage()
    with pytest.raises(DatabaseUnavailable):
        stage.run(AWAY, AWAY, AWAY, "never")
    assert stage.left == ["never"]


@pytest.mark.parametrize("error", [NotFound(), DeadlineExceeded(), ValueError()])
def test_what_is_not_worth_it_is_not_tried_again(error: Exception) -> None:
    stage = Stage()
    with pytest.raises(type(error)):
        stage.run(error, "never")
    assert stage.slept == []


def test_a_write_is_tried_again_while_nothing_can_have_changed() -> None:
    stage = Stage()
    assert stage.run(AWAY, "made", idempotent=False) == "made"


def test_a_write_whose_commit_got_no_answer_is_not_tried_again() -> None:
    stage = Stage()

    def commit_and_lose() -> Exception:
        attempt = stage.guard.current()
        assert attempt is not None
        attempt.uncertain = True
        return AWAY

    with pytest.raises(DatabaseUnavailable):
        stage.run(commit_and_lose, "twice", idempotent=False)
    assert stage.left == ["twice"]
    assert stage.run(commit_and_lose, "read", idempotent=True) == "read"


def test_it_never_waits_past_the_requests_deadline() -> None:
    stage = Stage()
    with deadline.within(0.9), pytest.raises(DatabaseUnavailable):
        stage.run(AWAY, "too late")
    assert stage.refusals == ["deadline"]
    assert stage.slept == []


def test_it_never_waits_to_be_refused_by_an_open_breaker() -> None:
    stage = Stage(failures=1)
    with pytest.raises(DatabaseUnavailable):
        stage.run(AWAY, "refused")
    assert stage.refusals == ["breaker"]
    assert stage.slept == []


def test_a_breaker_that_opens_during_the_wait_refuses_the_retry() -> None:
    stage = Stage()
    stage.guard._sleep = lambda _seconds: stage.guard.breaker.trip()
    with pytest.raises(CircuitOpen):
        stage.run(AWAY, "refused")
    assert stage.left == ["refused"]


def test_beyond_the_budget_a_failure_is_the_answer() -> None:
    stage = Stage(calls=0)
    with pytest.raises(DatabaseUnavailable):
        stage.run(AWAY, "over budget")
    assert stage.refusals == ["budget"]


def test_the_budget_counts_calls_and_not_attempts() -> None:
    stage = Stage(calls=99)
    stage.run(AWAY, AWAY, "users")
    assert stage.budget.used() == (2, 100)


def test_retries_that_are_switched_off_are_not_made() -> None:
    stage = Stage()
    stage.off("retry")
    with pytest.raises(DatabaseUnavailable):
        stage.run(AWAY, "never")
    assert stage.slept == []


def test_the_breaker_counts_attempts() -> None:
    stage = Stage()
    with pytest.raises(DatabaseUnavailable):
        stage.run(AWAY, AWAY, AWAY)
    assert stage.guard.breaker.standing().failures == 3
    with pytest.raises(DatabaseUnavailable):
        stage.run(AWAY, AWAY, "never")
    assert stage.guard.breaker.standing().state == "open"
    assert stage.left == ["never"]


def test_what_the_dependency_answered_is_no_failure() -> None:
    stage = Stage(failures=1)
    with pytest.raises(NotFound):
        stage.run(NotFound())
    assert stage.guard.breaker.standing().state == "closed"


def test_a_deadline_is_a_failure() -> None:
    stage = Stage(failures=1)
    with pytest.raises(DeadlineExceeded):
        stage.run(DeadlineExceeded())
    assert stage.guard.breaker.standing().state == "open"


def test_a_call_that_never_needed_the_dependency_tells_nothing_of_it() -> None:
    stage = Stage(failures=1)
    stage.guard.breaker.trip()
    assert stage.run("from memory", enter=False) == "from memory"
    assert not any(isinstance(event, CallEnded) for event in stage.told)


def test_an_open_breaker_refuses_before_the_call() -> None:
    stage = Stage()
    stage.guard.breaker.trip()
    with pytest.raises(CircuitOpen):
        stage.run("never")
    assert stage.left == ["never"]
    assert stage.budget.used() == (0, 1000)


def test_a_breaker_that_is_switched_off_refuses_nothing_and_counts_nothing() -> None:
    stage = Stage(failures=1)
    for _ in range(3):
        stage.off("breaker")  # anew: the waits for retries outlast its lease
        with pytest.raises(DatabaseUnavailable):
            stage.run(AWAY, AWAY, AWAY)
    assert stage.guard.breaker.standing().failures == 0
    stage.guard.breaker.trip()
    stage.off("breaker")
    assert stage.run("users") == "users"


def test_an_attempt_has_10_s_of_the_requests_time() -> None:
    stage = Stage()
    assert 9 < float(str(stage.run(deadline.left))) <= 10
    with deadline.within(3):
        assert 2 < float(str(stage.run(deadline.left))) <= 3


def test_without_the_pattern_the_requests_deadline_is_left() -> None:
    stage = Stage()
    stage.off("deadline")
    with deadline.within(100):
        assert 99 < float(str(stage.run(deadline.left))) <= 100


def test_a_guarded_call_within_one_is_part_of_it() -> None:
    stage = Stage()
    inner = stage.guard
    assert stage.run(lambda: inner.run(lambda: "inner", idempotent=True)) == "inner"
    assert stage.told == [CallEnded("database", "succeeded")]


def test_it_turns_callers_away_at_the_door() -> None:
    stage = Stage()
    assert stage.guard.refuses() is None
    stage.guard.breaker.trip()
    assert stage.guard.refuses() == 30
    with pytest.raises(CircuitOpen) as refusal:
        stage.guard.refuse(29.2)
    assert refusal.value.retry_after == 30
    stage.off("breaker")
    assert stage.guard.refuses() is None


# -- injected faults ------------------------------------------------------------------------


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


def test_whoever_waits_for_a_retry_is_woken_when_the_breaker_opens() -> None:
    stage = Stage()
    guard = stage.guard
    guard._sleep = guard._until_due
    answers: list[object] = []

    def ask() -> None:
        try:
            answers.append(stage.run(AWAY, "never"))
        except CircuitOpen as refusal:
            answers.append(refusal.code)

    thread = threading.Thread(target=ask)
    began = time.monotonic()
    thread.start()
    while not guard._opened._waiters:  # type: ignore[attr-defined]
        time.sleep(0.005)
    guard.breaker.trip()
    guard.hear(BreakerChanged("database", "closed", "open", "tripped", 1, 0.0))
    thread.join(5)
    assert answers == ["CIRCUIT_OPEN"]
    assert time.monotonic() - began < 0.9  # a second is what it would have waited


def test_who_waits_for_a_retry_is_not_woken_by_a_breaker_that_tries_again_before() -> (
    None
):
    guard = Stage(open_seconds=0.1).guard
    guard.breaker.trip()
    began = time.monotonic()
    guard._until_due(0.2)
    assert time.monotonic() - began >= 0.2
