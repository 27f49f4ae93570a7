from __future__ import annotations

from random import Random

import pytest

from ironclad.resilience.retry import RetryBudget, RetryPolicy
from tests.clock import FakeClock


def calls(budget: RetryBudget, number: int) -> None:
    for _ in range(number):
        budget.call()


@pytest.mark.parametrize(("failed", "middle"), [(1, 1.0), (2, 2.0), (3, 4.0)])
def test_the_wait_doubles_from_one_second(failed: int, middle: float) -> None:
    assert RetryPolicy(jitter=0).backoff(failed, Random(1)) == middle


def test_the_jitter_draws_half_up_and_half_down() -> None:
    random = Random(1)
    drawn = [RetryPolicy().backoff(1, random) for _ in range(1000)]
    assert 0.5 <= min(drawn) < 0.52
    assert 1.48 < max(drawn) <= 1.5


def test_a_retry_needs_ten_calls_of_the_last_minute() -> None:
    budget = RetryBudget(0.1, monotonic=FakeClock().monotonic)
    calls(budget, 9)
    assert not budget.take()
    calls(budget, 1)
    assert budget.take()
    assert not budget.take()
    assert budget.used() == (1, 10)


def test_what_is_older_than_a_minute_no_longer_counts() -> None:
    clock = FakeClock()
    budget = RetryBudget(0.1, monotonic=clock.monotonic)
    calls(budget, 100)
    for _ in range(10):
        assert budget.take()
    clock.advance(59)
    assert not budget.take()
    clock.advance(1)
    assert budget.used() == (0, 0)
    assert not budget.take()


def test_without_a_share_nothing_is_tried_again() -> None:
    budget = RetryBudget(0, monotonic=FakeClock().monotonic)
    calls(budget, 1000)
    assert not budget.take()


def test_a_few_are_granted_however_few_calls_there_are() -> None:
    clock = FakeClock()
    budget = RetryBudget(0.1, monotonic=clock.monotonic, least=2)
    assert [budget.take() for _ in range(3)] == [True, True, False]
    calls(budget, 30)
    assert [budget.take() for _ in range(2)] == [True, False]
    clock.advance(60)
    assert budget.take()


def test_it_stays_small_however_long_it_runs() -> None:
    clock = FakeClock()
    budget = RetryBudget(0.1, monotonic=clock.monotonic)
    for _ in range(10_000):
        budget.call()
        clock.advance(0.5)
    assert len(budget._seconds) <= 61
    assert budget.used() == (0, 118)  # two a second, of 59 whole ones
