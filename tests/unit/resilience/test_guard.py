from __future__ import annotations

import threading
import time

import pytest

from ironclad.errors import CircuitOpen, DatabaseUnavailable, DeadlineExceeded, NotFound
from ironclad.resilience import deadline
from ironclad.resilience.events import (
    BreakerChanged,
    CallEnded,
    RetryMade,
    RetryScheduled,
)
from tests.unit.resilience.guard_stage import AWAY, Stage


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
    assert stage.refusals == ["breaker"]
    assert not [event for event in stage.told if isinstance(event, RetryMade)]
    assert stage.budget.used() == (0, 1001)
    assert stage.budget.taken == 0


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
