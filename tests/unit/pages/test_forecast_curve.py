"""The curve of a forecast: what is drawn lies where its figures are."""

from __future__ import annotations

from typing import Any

from sre_console.pages.forecast_curve import curve_of
from sre_console.pages.game_day_words import clock, percent
from tests.integration.pages.runs import FORECAST


def drawn(**changed: Any) -> Any:
    return curve_of(
        {**FORECAST, **changed}, hot=[True, False], percent=percent, clock=clock
    )


def test_steps_lie_at_their_times_and_those_with_faults_are_shaded() -> None:
    spans = drawn().spans
    assert [(s.number, s.x, s.hot) for s in spans] == [(1, 0, True), (2, 666.7, False)]
    assert sum(span.width for span in spans) == 1000


def test_burn_rates_end_at_zero_and_reach_for_the_top() -> None:
    lines = dict(drawn().lines)
    assert lines["5m"].startswith("M0.0 100.0L")
    assert lines["5m"].endswith("L1000.0 100.0")
    assert list(lines) == ["6h", "1h", "5m"]  # the short one lies on top


def test_a_gap_is_no_data() -> None:
    curve = {**FORECAST["curve"]}
    curve["burn"] = {"5m": [1.0, None, 2.0]}
    path = dict(drawn(curve=curve).lines)["5m"]
    assert path.count("M") == 2
    assert "L" not in path


def test_what_is_spent_is_told_at_its_end() -> None:
    curve = drawn()
    assert curve.spent_marks[0].word == "4.0 %"
    assert curve.end == "1:30"


def test_thresholds_stay_apart_and_a_high_peak_is_named() -> None:
    words = [mark.word for mark in drawn().marks]
    assert words == ["30×", "14.4×", "6×", "1×"]  # noqa: RUF001


def test_alerts_are_lines_and_soft_ones_look_otherwise() -> None:
    soft = {**FORECAST["alerts"][0], "severity": "ticket"}
    fires = drawn(alerts=[*FORECAST["alerts"], soft]).fires
    assert [(one.x, one.soft) for one in fires] == [(100.0, False), (100.0, True)]


def test_without_points_there_is_nothing_to_draw() -> None:
    assert drawn(curve={}) is None
    assert drawn(seconds=0) is None
