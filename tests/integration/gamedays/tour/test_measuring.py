"""What each lesson measures: on a real PostgreSQL, judged by the real evaluator."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from sre_console.gamedays.tour.lessons import LESSONS, SLOW, Lesson
from sre_console.gamedays.tour.measuring import computed, measured, settled
from sre_console.models import AlertPeriod, BreakerTransition, FaultPeriod
from sre_console.slo import lookup
from tests.integration.incidents.conftest import Stage, stage
from tests.unit.gamedays.tour.test_expected import HERE

__all__ = ["stage"]

BUDGET, BURN, SLOW_PAGE, BREAKER, MORTEM = LESSONS


def run(stage: Stage, lesson: Lesson, seconds: int) -> FaultPeriod:
    """The lesson's fault, on for so many seconds, and a few calm ones after it."""
    period = stage.fault(error_rate=lesson.error_rate)
    stage.errors(lesson.error_rate, seconds)
    period.ended_at = period.began_at + timedelta(seconds=seconds)
    period.save()
    stage.calm(4)
    return period


def test_the_share_of_the_budget_is_counted(stage: Stage) -> None:
    found = measured(BUDGET, run(stage, BUDGET, 12), HERE)
    assert found["bad"] == 18
    assert found["value"] == pytest.approx(100 * 18 / 2160)
    assert found["expected"] == pytest.approx(100 * 18 / 2160)
    assert not found["cut"]


def test_the_burn_rate_is_that_of_the_fault_alone(stage: Stage) -> None:
    stage.calm(5)
    found = measured(BURN, run(stage, BURN, 15), HERE)
    assert found["value"] == pytest.approx(20, rel=0.07)


def test_the_slow_page_comes_and_the_fast_one_does_not(stage: Stage) -> None:
    period = stage.fault(error_rate=0.01)
    period.ended_at = period.began_at + timedelta(seconds=220)
    AlertPeriod.objects.create(
        name=SLOW, slo="availability", severity="page", threshold=6,
        began_at=period.began_at,
        fired_at=period.began_at + timedelta(seconds=218),
    )  # fmt: skip
    found = measured(SLOW_PAGE, period, HERE)
    assert (found["value"], found["slow"], found["fast"]) == ("slow", 218, None)


def test_what_ended_before_a_page_is_no_answer(stage: Stage) -> None:
    found = measured(SLOW_PAGE, run(stage, SLOW_PAGE, 20), HERE)
    assert (found["value"], found["cut"]) == (None, True)


def test_the_formula_counts_what_the_window_held_before(stage: Stage) -> None:
    stage.errors(0.03, 12)
    found = measured(MORTEM, run(stage, MORTEM, 12), HERE)
    # 30 x 12 / 60 = 6 of the 14.4 were there already
    assert found["expected"] == pytest.approx((14.4 - 6) * 60 / 70, rel=0.03)
    assert found["value"] == pytest.approx(found["expected"], abs=2)


def test_the_page_and_its_incident_are_found(stage: Stage) -> None:
    found = measured(MORTEM, run(stage, MORTEM, 14), HERE)
    assert found["value"] == pytest.approx(13, abs=1)
    assert found["incident"] is not None


def test_an_outage_lasts_until_the_breaker_closes(stage: Stage) -> None:
    period = run(stage, BREAKER, 5)
    assert period.ended_at is not None
    replica = uuid4()
    for number, (second, before, after) in enumerate(
        [
            (0.2, "closed", "open"),
            (30.2, "open", "half_open"),
            (30.4, "half_open", "closed"),
        ]
    ):
        BreakerTransition.objects.create(
            replica=replica, number=number, name="database", before=before, after=after,
            reason="failures", at=period.began_at + timedelta(seconds=second),
        )  # fmt: skip
        later = period.ended_at + timedelta(seconds=6)
        assert settled(BREAKER, period, later) is (after == "closed")
    assert measured(BREAKER, period, HERE)["value"] == pytest.approx(30.2)


def test_nothing_is_measured_before_the_timeline_has_it(stage: Stage) -> None:
    period = run(stage, BUDGET, 12)
    assert period.ended_at is not None
    assert not settled(BUDGET, period, period.ended_at + timedelta(seconds=1))
    assert settled(BUDGET, period, period.ended_at + timedelta(seconds=4))
    period.ended_at = None
    assert not settled(BUDGET, period, lookup.moment(stage.clock.time))


def test_a_computed_answer_is_the_formulas() -> None:
    assert computed(SLOW_PAGE, HERE)["expected"] == "slow"
    assert computed(SLOW_PAGE, HERE)["value"] is None
