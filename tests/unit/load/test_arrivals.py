"""Requests are due by the clock, at a rate that changes, and none is skipped."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from tests.load.shaped.arrivals import Arrivals


def looked(arrivals: Arrivals, rate: float, moments: list[float]) -> list[float]:
    return [due for moment in moments for due in arrivals.take(moment, rate)]


def test_each_is_due_an_interval_after_the_one_before() -> None:
    arrivals = Arrivals()
    assert arrivals.take(0.0, 10) == []
    assert arrivals.wait() == pytest.approx(0.1)
    assert looked(arrivals, 10, [0.05, 0.1, 0.35]) == pytest.approx([0.1, 0.2, 0.3])
    assert arrivals.wait() == pytest.approx(0.05)


def test_a_pacer_that_was_held_up_gets_all_that_it_owes() -> None:
    arrivals = Arrivals()
    arrivals.take(0.0, 10)
    assert arrivals.take(2.01, 10) == pytest.approx([n / 10 for n in range(1, 21)])


def test_what_had_passed_of_an_interval_counts_at_the_new_rate() -> None:
    arrivals = Arrivals()
    arrivals.take(0.0, 1)
    arrivals.take(0.5, 10)  # half of the interval is over
    assert arrivals.take(0.56, 10) == pytest.approx([0.55])


def test_without_a_rate_nothing_is_due() -> None:
    arrivals = Arrivals()
    assert looked(arrivals, 0, [0.0, 1000.0]) == []
    assert arrivals.wait() == float("inf")
    assert arrivals.take(1001.0, 1) == []


def test_strangers_arrive_at_the_same_rate_but_not_evenly() -> None:
    random = Random(7)
    arrivals = Arrivals(lambda: random.expovariate(1.0))
    arrivals.take(0.0, 50)
    due = arrivals.take(200.0, 50)
    assert len(due) == pytest.approx(10_000, rel=0.05)
    gaps = [b - a for a, b in pairwise(due)]
    assert max(gaps) > 4 / 50
    assert due == sorted(due)
