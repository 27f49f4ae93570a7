"""How a shape judges what it saw: recovery, agreement of the books, growth, thresholds."""

from __future__ import annotations

import math

import pytest

from tests.load.shaped.book import CUT, Book, Sample
from tests.load.shaped.parts import faults, spike
from tests.load.shaped.parts.faults import Told
from tests.load.shaped.parts.part import below, followed
from tests.load.shaped.watching import growth


def book(*samples: Sample) -> Book:
    return Book([each.due for each in samples], list(samples))


def even(
    seconds: int, latency: float = 0.01, begin: int = 0, status: int = 200
) -> list[Sample]:
    """Ten a second."""
    return [
        Sample(begin + n / 10, 0.0, latency, "get", status) for n in range(10 * seconds)
    ]


@pytest.mark.parametrize("slow", [0, 1, 7])
def test_recovery_lasts_to_the_last_second_that_is_not_calm(slow: int) -> None:
    seen = book(*even(30), *even(slow, 0.5, 30), *even(20 - slow, 0.01, 30 + slow))
    assert spike.recovery(seen, 30.0) == slow


def test_a_relapse_is_no_recovery() -> None:
    seen = book(*even(35), *even(1, 0.01, 35, status=503), *even(10, 0.01, 36))
    assert spike.recovery(seen, 30.0) == 6


def test_what_never_calms_down_has_not_recovered() -> None:
    assert spike.recovery(book(*even(30), *even(20, 2.0, 30)), 30.0) >= 19


def agreed(told: Told, *samples: Sample) -> list[bool]:
    return [figure.ok for figure in faults.agreement(book(*samples), told)]


SEEN = [*even(9), *even(1, 0.6, 9), *even(1, 0.01, 10, status=500)]


@pytest.mark.parametrize(
    ("told", "ok"),
    [
        (Told(110, 10, 10), [True, True, True]),
        (Told(110, 10, 8), [True, True, True]),  # near the bound of half a second
        (Told(109, 10, 10), [False, True, True]),
        (Told(110, 9, 10), [True, False, True]),
        (Told(110, 10, 4), [True, True, False]),
    ],
)
def test_the_books_agree_to_the_request(told: Told, ok: list[bool]) -> None:
    assert agreed(told, *SEEN) == ok


def test_what_waited_for_the_pacer_is_not_the_services_delay() -> None:
    held_up = Sample(0.0, 0.55, 0.6, "get", 200)  # sent late, answered in 50 ms
    assert agreed(Told(1, 0, 0), held_up) == [True, True, True]


def test_injected_faults_are_what_was_asked_for() -> None:
    hurt = [
        each._replace(status=500) if n % 20 == 0 else each
        for n, each in enumerate(even(20, 0.41))
    ]
    seen = book(*hurt)
    held = faults.injected(seen, seen.window(0, 20), 10)
    assert [figure.ok for figure in held] == [True, True, True]
    quick = book(*even(20, 0.02))
    lost = faults.injected(quick, quick.window(0, 20), 10)
    assert [figure.ok for figure in lost] == [False, False, False]


def test_report_of_the_service_without_what_was_seeded() -> None:
    slos = [
        {
            "name": "availability",
            "total": 1100,
            "good": 1090,
            "seeded": {"events": 1000},
        },
        {"name": "latency", "total": 1100, "good": 1095, "seeded": {"events": 1000}},
    ]
    assert Told.by({"slos": slos}) == Told(total=100, failed=10, slow=5)


def test_growth_is_that_of_the_line_not_of_the_ends() -> None:
    leak = [(float(n), 100 + n / 10) for n in range(61)]
    assert growth(leak) == pytest.approx(6)
    step = [(float(n), 100.0 + (n == 60) * 8) for n in range(61)]
    assert growth(step) < 1
    assert math.isnan(growth(leak[:4]))


def test_what_was_not_seen_is_not_below_anything() -> None:
    assert not below("p99", math.nan, 500, "ms").ok
    assert not below("p99", 500, 500, "ms").ok
    assert below("p99", 499, 500, "ms").ok


@pytest.mark.parametrize(
    ("samples", "ok"),
    [
        (even(10), [True, True, True]),
        ([*even(9), *even(1, 0.8, 9)], [False, True, True]),
        ([*even(9), *even(1, 0.01, 9, status=CUT)], [True, False, False]),
        ([], [False, False, False]),
    ],
)
def test_a_load_that_was_followed(samples: list[Sample], ok: list[bool]) -> None:
    assert [figure.ok for figure in followed(book(*samples).whole())] == ok
