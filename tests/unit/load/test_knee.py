"""The ramp finds the knee of a service that has one, and says so of one that has none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.load.shaped.arrivals import Arrivals
from tests.load.shaped.book import Book, Sample
from tests.load.shaped.knee import RESOLUTION, Ramp, holds

Latency = Callable[[float, float], float]  # of the moment and the rate


def ramped(latency: Latency, first: float = 40, status: int = 200) -> Ramp:
    """A ramp to its end, on a clock that makes steps of 20 ms."""
    ramp, book, arrivals = Ramp(first, 4.0), Book(), Arrivals()
    on_its_way: list[Sample] = []
    now, rate = 0.0, ramp.rate(0.0, book)
    arrivals.take(0.0, rate or 0)
    while rate is not None:
        assert now < 2000, "it does not end"
        now += 0.02
        last, rate = rate, ramp.rate(now, book)
        for due in arrivals.take(now, rate or 0):
            book.due.append(due)
            on_its_way.append(Sample(due, 0.0, latency(due, last), "get", status))
        book.samples += [each for each in on_its_way if each.ended <= now]
        on_its_way = [each for each in on_its_way if each.ended > now]
    return ramp


@pytest.mark.parametrize("knee", [25.0, 73.0, 210.0, 900.0])
def test_it_finds_the_rate_beyond_which_answers_are_slow(knee: float) -> None:
    found = ramped(lambda _, rate: 0.02 if rate <= knee else 0.3).search.low
    assert found is not None
    assert knee / RESOLUTION - 1 <= found.rate <= knee
    assert found.p99 == pytest.approx(0.02)


def test_one_bad_moment_does_not_decide() -> None:
    def paused(now: float, rate: float) -> float:
        return 0.5 if 3.0 < now < 3.5 or rate > 100 else 0.01

    ramp = ramped(paused)
    assert not ramp.steps[0].held
    assert ramp.search.low is not None
    assert ramp.search.low.rate > 90


def test_a_service_that_never_follows_has_no_knee() -> None:
    ramp = ramped(lambda _now, _rate: 0.2)
    assert ramp.search.low is None
    assert ramp.steps[-1].rate <= 2


def test_quick_errors_are_no_capacity() -> None:
    assert ramped(lambda _now, _rate: 0.001, status=503).search.low is None


def test_it_ends_at_the_highest_rate_that_is_tried() -> None:
    ramp = ramped(lambda _now, _rate: 0.001, first=3000)
    assert ramp.search.low is not None
    assert ramp.search.low.rate == 4000


def test_a_step_that_nobody_was_asked_in_does_not_hold() -> None:
    assert not holds(Book().window(0, 1))


def test_steps_tell_what_was_seen() -> None:
    ramp = ramped(lambda _, rate: 0.02 if rate <= 50 else 9.0)
    failed = [step for step in ramp.steps if not step.held]
    assert failed
    assert all(step.p99 > 0.1 for step in failed)
    assert all(step.achieved_ratio >= 0.95 for step in ramp.steps if step.held)
