"""What a window of requests says of the service, those without an answer included."""

from __future__ import annotations

import math

import pytest

from tests.load.shaped.book import CUT, NOT_SENT, Book, Sample, quantile, seconds


def sample(due: float, latency: float = 0.01, status: int = 200) -> Sample:
    return Sample(due, 0.0, latency, "get", status)


def book(*samples: Sample, more: int = 0) -> Book:
    """`more` were due at the end and have no answer."""
    due = [each.due for each in samples]
    return Book(sorted([*due, *([max(due)] * more)]), list(samples))


def test_a_quantile_is_one_of_the_values() -> None:
    assert quantile([3, 1, 2], 0.5) == 2
    assert quantile([1, 2], 0.99) == 2
    assert math.isnan(quantile([], 0.5))


@pytest.mark.parametrize(
    ("status", "good", "failed"),
    [
        (200, True, False),
        (404, True, False),
        (409, True, False),
        (429, False, False),
        (500, False, True),
        (503, False, True),
        (CUT, False, False),
        (NOT_SENT, False, False),
    ],
)
def test_what_is_a_good_answer(status: int, good: bool, failed: bool) -> None:
    each = sample(0, status=status)
    assert (each.good, each.failed) == (good, failed)


def test_a_window_has_what_was_due_in_it() -> None:
    seen = book(*(sample(n / 10) for n in range(30))).window(1.0, 2.0)
    assert (seen.offered, len(seen.samples), seen.achieved) == (10, 10, 10)
    assert seen.achieved_ratio == 1
    assert seen.error_ratio == 0


def test_answers_count_in_the_window_they_came_in() -> None:
    late = [sample(n / 10, latency=1.0) for n in range(20)]
    seen = book(*late).window(1.0, 2.0)
    assert (seen.offered, seen.achieved) == (10, 10)  # those of the second before
    first = book(*late).window(0.0, 1.0)
    assert (first.offered, first.achieved) == (10, 0)


def test_who_has_no_answer_is_slower_than_everybody() -> None:
    seen = book(*(sample(0.5) for _ in range(97)), more=3).window(0, 1)
    assert seen.unanswered == 3
    assert seen.latency(0.95) == pytest.approx(0.01)
    assert seen.latency(0.99) == math.inf


def test_errors_are_a_part_of_those_that_are_over() -> None:
    seen = book(sample(0.1), sample(0.2, status=503), sample(0.3, status=CUT)).whole()
    assert seen.error_ratio == pytest.approx(2 / 3)
    assert seen.statuses() == {0: 1, 200: 1, 503: 1}


def test_nothing_asked_says_nothing() -> None:
    seen = Book().whole()
    assert math.isnan(seen.error_ratio)
    assert math.isnan(seen.achieved_ratio)
    assert seconds(Book()) == []


def test_a_second_has_what_was_due_and_what_was_answered_in_it() -> None:
    first, second = seconds(book(sample(0.5, 0.7), sample(0.6, 0.01, 500)))
    assert (first.offered, first.good, first.bad) == (2, 0, 1)
    assert (second.offered, second.good, second.bad) == (0, 1, 0)
    assert first.latencies == [0.7, 0.01]
