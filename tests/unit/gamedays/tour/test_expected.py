from __future__ import annotations

from dataclasses import replace

import pytest

from sre_console.gamedays.tour.expected import (
    Installation,
    PageRule,
    cost,
    expected,
    outage,
    paged,
)
from sre_console.gamedays.tour.lessons import FAST, LESSONS, LONGEST, SLOW

HOUR = 3600.0
HERE = Installation(
    scale=60,
    b=0.001,
    period=30 * 86_400,
    rate=50,
    allowed=2160,
    left=1.0,
    rules=(PageRule(FAST, 14.4, HOUR), PageRule(SLOW, 6.0, 6 * HOUR)),
    breaker_open=30,
    breaker_failures=5,
)
BUDGET, BURN, SLOW_PAGE, BREAKER, MORTEM = LESSONS


def test_three_percent_for_twelve_minutes_spend_30_times_12_minutes_of_30_days() -> (
    None
):
    assert expected(BUDGET, HERE) == pytest.approx(100 * 30 * 12 / (30 * 24 * 60))


def test_a_fault_that_was_shorter_has_spent_less() -> None:
    whole = expected(BUDGET, HERE)
    assert isinstance(whole, float)
    assert expected(BUDGET, HERE, lasted=6.0) == pytest.approx(whole / 2)


@pytest.mark.parametrize("scale", [1.0, 60.0])
def test_a_burn_rate_is_the_same_at_every_scale(scale: float) -> None:
    assert expected(BURN, replace(HERE, scale=scale)) == pytest.approx(20)


def test_one_percent_is_left_to_the_slow_rule() -> None:
    assert expected(SLOW_PAGE, HERE) == "slow"
    assert HERE.pages_after(FAST, 0.01) is None
    assert HERE.pages_after(SLOW, 0.01) == pytest.approx(216)


def test_what_a_window_holds_already_makes_it_page_sooner() -> None:
    here = replace(HERE, carried={SLOW: 2.0})
    assert here.pages_after(SLOW, 0.01) == pytest.approx((6 - 2) * 360 / 10)


def test_a_window_that_is_above_already_pages_at_once() -> None:
    here = replace(HERE, carried={FAST: 20.0})
    assert here.pages_after(FAST, 0.01) == 0
    assert expected(SLOW_PAGE, here) == "fast"


def test_the_page_of_seven_percent_comes_after_a_fifth_of_the_hour() -> None:
    assert expected(MORTEM, HERE) == pytest.approx(14.4 * 60 / 70)


@pytest.mark.parametrize(
    ("fault", "lasts"), [(5.0, 30.0), (30.0, 30.0), (31.0, 60.0), (0.0, 30.0)]
)
def test_an_outage_ends_with_a_trial_after_the_fault(
    fault: float, lasts: float
) -> None:
    assert outage(fault, 30) == lasts


def test_the_breakers_seconds_are_the_same_at_every_scale() -> None:
    assert expected(BREAKER, replace(HERE, scale=1)) == expected(BREAKER, HERE) == 30


@pytest.mark.parametrize(
    ("fast", "slow", "which"),
    [(12.0, 30.0, "fast"), (None, 216.0, "slow"), (None, None, "none")],
)
def test_the_first_page_counts(
    fast: float | None, slow: float | None, which: str
) -> None:
    assert paged(fast, slow) == which


def test_the_lesson_with_the_breaker_costs_half_an_hour_of_outage_in_a_rehearsal() -> (
    None
):
    assert cost(BREAKER, HERE) == pytest.approx(1000 * 30 * 60 / (30 * 86_400))
    assert cost(BREAKER, replace(HERE, scale=1)) == pytest.approx(0.01157, rel=1e-3)


def test_the_first_two_lessons_together_page_nobody() -> None:
    carried = sum(
        HERE.burn(each.error_rate) * each.wall(60) / 60 for each in (BUDGET, BURN)
    )
    assert carried < HERE.rule(FAST).threshold


def test_every_lesson_is_short_enough_for_a_rehearsal() -> None:
    assert max(each.wall(60) for each in LESSONS) <= LONGEST
    assert max(each.wall(60) for each in LESSONS) <= 3600


def test_production_computes_what_would_take_too_long() -> None:
    assert [each.wall(1) > LONGEST for each in LESSONS] == [
        True, True, True, False, True,
    ]  # fmt: skip
