"""What the record can tell of why a run went otherwise than its forecast."""

from __future__ import annotations

from typing import Any

import pytest

from sre_console.gamedays.outcome.differences import Ran, differences

FORECAST = {"seconds": 180.0, "rate": 50.0, "historyShort": False}


def kinds(forecast: dict[str, Any] | None = None, **ran: Any) -> list[str]:
    given = {"seconds": 180.0, "rate": 50.0} | ran
    return [each.kind for each in differences(forecast or FORECAST, Ran(**given))]


def test_a_run_as_forecast_needs_no_explanation() -> None:
    assert kinds() == []


@pytest.mark.parametrize(("rate", "told"), [(50.5, False), (49.5, False), (50.6, True)])
def test_one_percent_of_traffic_is_no_difference(rate: float, told: bool) -> None:
    assert ("traffic" in kinds(rate=rate)) is told


@pytest.mark.parametrize(
    ("ran", "kind"),
    [
        ({"over": False, "seconds": 90.0}, "stopped_early"),
        ({"interruptions": [7.0]}, "interrupted"),
        ({"real_bad": {"availability": 1}}, "real_errors"),
        ({"patterns_off": ["retry"]}, "pattern"),
        ({"breaker_opened": 1}, "pattern"),
        ({"other_plans": [12]}, "manual"),
        ({"speed": 2.0}, "speed"),
    ],
)
def test_each_cause_is_told(ran: dict[str, Any], kind: str) -> None:
    assert kinds(**ran) == [kind]


def test_a_short_history_is_told() -> None:
    assert kinds({**FORECAST, "historyShort": True}) == ["history"]


def test_refusals_that_were_foretold_are_no_difference() -> None:
    foretold = {**FORECAST, "badEvents": {"availability": 1505}}
    ran = {"bad": {"availability": 1501}, "real_bad": {"availability": 1401}}
    assert kinds(foretold, **ran) == []
    assert kinds({**foretold, "badEvents": {"availability": 100}}, **ran) == [
        "real_errors"
    ]


def test_no_real_error_is_not_told() -> None:
    assert kinds(real_bad={"availability": 0}) == []


def test_without_a_forecast_only_the_record_speaks() -> None:
    assert kinds({"x": 1}, over=False, interruptions=[1.0]) == ["interrupted"]


def test_the_text_has_the_figures_in_it() -> None:
    ran = Ran(90.0, 47.0, over=False, real_bad={"availability": 1200})
    assert [each.json()["text"] for each in differences(FORECAST, ran)] == [
        "It ended after 90 s instead of 180 s: what was to come after that did not happen.",
        "There were 47 requests a second; the forecast assumed 50.",
        "Some requests failed though no fault was injected into them: availability 1,200.",
    ]
