"""What a forecast says besides its worked figures."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sre_console.gamedays.forecast.counting import RunCounts, Stage
from sre_console.gamedays.forecast.firing import ticks
from sre_console.gamedays.forecast.forecast import forecast_read
from sre_console.gamedays.forecast.past import History
from tests.unit.gamedays.foretold import (
    FULL,
    RATE,
    SLOS,
    alert,
    errors,
    fires,
    foretold,
)

PAGE = "ErrorBudgetBurn1h"
rates = st.integers(0, 200).map(lambda thousandths: thousandths / 1000)
steps = st.lists(st.tuples(rates, st.integers(1, 60)), min_size=1, max_size=6)
few = settings(max_examples=25, deadline=None)


@few
@given(steps)
def test_the_steps_are_together_the_whole_run(made: list[tuple[float, int]]) -> None:
    found = foretold(errors(*made))
    for slo in SLOS:
        assert sum(step.bad[slo] for step in found.steps) == found.bad[slo]
        assert sum(step.spent[slo] for step in found.steps) == pytest.approx(
            found.spent[slo]
        )
        assert list(found.curve.bad[slo]) == sorted(found.curve.bad[slo])
        assert found.curve.bad[slo][-1] == found.bad[slo]


@few
@given(rates, rates)
def test_more_errors_never_page_later_or_cost_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    mild, grave = (foretold(errors((rate, 120))) for rate in (low, high))
    assert mild.bad["availability"] <= grave.bad["availability"]
    never = float("inf")
    late, soon = (fires(each, PAGE, "availability") for each in (mild, grave))
    assert (never if soon is None else soon) <= (never if late is None else late)


@few
@given(steps)
def test_an_alert_clears_after_it_fires_and_lies_in_its_step(
    made: list[tuple[float, int]],
) -> None:
    found = foretold(errors(*made))
    for each in found.alerts:
        assert each.clears_after is None or each.clears_after > each.fires_after
        step = found.steps[each.step]
        assert each.fires_after == pytest.approx(step.begins + each.since_step)
        assert each.since_step >= 0
    order = [each.fires_after for each in found.alerts]
    assert order == sorted(order)


def test_a_ramp_is_one_step_of_several_stages() -> None:
    ramp = [
        Stage(1, 30 * n, 30 * n + 30, bad={"availability": 0.01 * n}) for n in range(4)
    ]
    found = foretold([Stage(0, 0, 0), *ramp])
    assert [(s.index, s.begins, s.ends) for s in found.steps] == [
        (0, 0, 0),
        (1, 0, 120),
    ]
    assert found.steps[1].bad["availability"] == 15 + 30 + 45


def test_without_history_the_first_errors_page() -> None:
    found = foretold(errors((0.03, 60)), history=History.none(SLOS))
    assert found.history_short
    soon = fires(found, PAGE, "availability")
    assert soon is not None
    assert soon < 1
    assert not foretold(errors((0.03, 60)), history=FULL).history_short


def test_history_that_is_too_short_for_a_window_pages_sooner() -> None:
    half = History.healthy(SLOS, rate=RATE, seconds=30)
    found = foretold(errors((0.03, 60)), history=half)
    assert fires(found, PAGE, "availability") == pytest.approx(27.7, abs=0.67)


def test_less_than_a_month_of_history_is_held_against_a_whole_one() -> None:
    half = History.healthy(SLOS, rate=RATE, seconds=30)
    found = foretold(errors((0.03, 60)), history=half)
    assert found.spent["availability"] == pytest.approx(90 / 2160)
    # what the console shows is of the events there were
    assert found.left["availability"] == pytest.approx(1 - 90 / 4.5)


def test_bad_events_of_the_past_count_in_the_windows_of_the_run() -> None:
    # 30 bad requests half a minute ago, where 43 page within a minute of wall time
    counts = [(0, 0, 0, 0, 0, 0), (RATE * 43_170, 30, 43_170, 30, 0, 30)]
    now = (RATE * 43_200, 30, 43_200, 30, 0, 30)
    begin, then = counts
    past = History(
        SLOS,
        (-43_200.0, -31.0, -30.0, 0.0),
        (begin, (RATE * 43_169, 0, 43_169, 0, 0, 0), then, now),
    )
    found = foretold(errors((0.03, 60)), history=past)
    soon = fires(found, PAGE, "availability")
    assert soon is not None
    assert soon < 10


def test_an_alert_that_is_on_at_the_start_is_none_of_the_runs() -> None:
    gone = (RATE * 43_200, 2000, 43_200, 2000, 0, 2000)
    begin = (0,) * len(gone)
    past = History(SLOS, (-43_200.0, -3600.0, 0.0), (begin, gone, gone))
    found = foretold(errors((0.0, 60)), history=past)
    assert alert(found, "ErrorBudgetHalfSpent", "availability") is None
    assert found.left["availability"] == pytest.approx(0.07, abs=0.01)


def test_without_traffic_nothing_happens() -> None:
    found = foretold(errors((1.0, 60)), history=History.none(SLOS), rate=0)
    assert (found.total, found.alerts) == (0, ())
    assert found.left == dict.fromkeys(SLOS)


def test_a_long_run_is_foretold_as_well_by_fewer_points() -> None:
    made = errors((0.0, 10_005), (0.07, 14), (0.0, 11_581))
    found = foretold(made)
    page = alert(found, PAGE, "availability")
    assert page is not None
    assert page.since_step == pytest.approx(12.58, abs=0.01)
    assert page.clears_after == pytest.approx(10_023.2, abs=0.1)
    assert fires(found, "HighErrorRate") == pytest.approx(10_013.72, abs=0.01)


@pytest.mark.parametrize("steps", [1, 100, 5000])
def test_a_run_of_six_hours_is_judged_at_five_thousand_moments(steps: int) -> None:
    made = errors(*[(0.01, 21_600 / steps)] * steps)
    moments = ticks(RunCounts(made, FULL, RATE))
    assert len(moments) <= 5000
    assert (moments[0], moments[-1]) == (0, 21_600)


def test_the_curve_tells_how_far_the_run_should_be() -> None:
    found = foretold(errors((0.01, 60), (0.03, 60), (0.07, 60)))
    now = found.at(60)
    assert now["badEvents"] == {"availability": 30, "latency": 0, "error-rate": 30}
    assert now["budgetSpentRatio"]["availability"] == pytest.approx(30 / 2160, abs=1e-5)
    assert now["burn"]["1h"] == pytest.approx(10)
    assert found.at(-5)["badEvents"] == found.at(0)["badEvents"]
    assert found.at(999)["badEvents"] == found.bad


def test_a_forecast_is_kept_as_json() -> None:
    found = foretold(errors((0.0, 60), (0.07, 60)))
    kept = json.loads(json.dumps(found.json()))
    assert forecast_read(kept).json() == kept
    assert forecast_read(kept).at(90) == found.at(90)
    assert kept["alerts"][0] == {
        "name": "HighErrorRate",
        "slo": None,
        "severity": "critical",
        "firesAfter": 68.721,
        "step": 1,
        "sinceStep": 8.721,
        "clearsAfter": 121.58,
    }


def test_points_of_the_curve_are_few_and_in_order() -> None:
    curve = foretold(errors(*[(0.01, 3.0)] * 400)).curve
    assert len(curve.times) <= 300
    assert all(a < b for a, b in pairwise(curve.times))
    assert curve.times[-1] == 1200
