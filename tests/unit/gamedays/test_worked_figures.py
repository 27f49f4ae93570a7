"""The forecast gives the worked figures of docs: SLO arithmetic, 60x, 50 a second, history full."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.gamedays.foretold import RATE, alert, errors, fires, foretold, slow

PAGE, SLOWER, DAY = "ErrorBudgetBurn1h", "ErrorBudgetBurn6h", "ErrorBudgetBurn1d"
NEVER = None
EXACT = 0.005  # seconds: the figures with paced injection

# errors, how long; page 14.4, page 6, cleared after the end (14.4 / 6), budget gone
WORKED = [
    (0.01, 300, NEVER, 218.0, NEVER, 12.0, NEVER),
    (0.03, 300, 29.34, 72.68, 2.6, 24.0, NEVER),
    (0.07, 630, 12.58, 31.16, 3.97, 27.43, 617.1),
    (1.00, 60, 0.88, 2.18, 4.93, 29.8, 43.2),
]


@pytest.mark.parametrize("row", WORKED, ids=lambda row: f"{row[0]:g}")
def test_errors_page_clear_and_spend_as_worked_out(
    row: tuple[Any, ...],
) -> None:
    # The formulas take bad requests for a stream; they come one by one.
    one = 1 / (row[0] * RATE) + EXACT
    rate, lasts, page, slower, cleared, cleared_slower, gone = row
    found = foretold(errors((rate, lasts)))
    assert fires(found, PAGE, "availability") == _about(page, EXACT)
    assert fires(found, SLOWER, "availability") == _about(slower, EXACT)
    assert found.exhausts_after == _about(gone, 0.5)
    for name, after in ((PAGE, cleared), (SLOWER, cleared_slower)):
        ended = alert(found, name, "availability")
        clears = ended and ended.clears_after
        assert clears == _about(after and lasts + after, one)


def test_seven_percent_are_a_high_error_rate_before_they_page() -> None:
    found = foretold(errors((0.07, 300)))
    assert fires(found, "HighErrorRate") == _about(8.72, EXACT)
    assert found.alerts[0].severity == "critical"


def test_seven_hundred_milliseconds_page_when_their_requests_have_finished() -> None:
    found = foretold(slow(300))
    assert found.worst == "latency"
    assert fires(found, PAGE, "latency") == _about(43.42, 0.025)
    assert fires(found, SLOWER, "latency") == _about(108.42, 0.1)
    assert fires(found, "HighLatency") == _about(6, 0.1)
    cleared = alert(found, PAGE, "latency")
    assert cleared is not None
    assert cleared.clears_after == _about(301.4, 0.5)


def test_progressive_errors_page_after_the_move_to_three_percent() -> None:
    found = foretold(errors((0.01, 60), (0.03, 60), (0.07, 60)))
    page = alert(found, PAGE, "availability")
    assert page is not None
    assert (page.step, page.since_step) == (1, _about(13.34, EXACT))
    assert found.bad["availability"] == 330
    assert found.spent["availability"] == pytest.approx(0.1528, abs=0.00005)
    assert found.left["availability"] == pytest.approx(1 - 330 / 2160)
    assert found.total == 9000
    assert [step.bad["availability"] for step in found.steps] == [30, 90, 210]


def test_one_percent_alone_never_pages_fast() -> None:
    found = foretold(errors((0.01, 3600)))
    assert fires(found, PAGE, "availability") is None


def test_a_fault_that_is_over_before_the_page_does_not_page() -> None:
    assert foretold(errors((0.03, 29))).alerts == ()
    assert fires(foretold(errors((0.03, 30))), PAGE, "availability") is not None


def test_in_production_an_hour_is_an_hour() -> None:
    # 7 %: 14.4 x 3600 / 70 s, and a bad request a little later
    found = foretold(errors((0.07, 1800)), scale=1)
    assert fires(found, PAGE, "availability") == _about(740.6, 0.5)


def test_budgets_that_fall_below_their_marks_are_told_of() -> None:
    found = foretold(errors((0.07, 630)))
    half = fires(found, "ErrorBudgetHalfSpent", "availability")
    assert half == _about(308.6, 0.5)
    assert fires(found, "ErrorBudgetSpent", "availability") == found.exhausts_after


def test_a_fault_of_half_an_hour_is_one_left_on() -> None:
    found = foretold(errors((0.0, 100), (0.0001, 1000), (0.0002, 1000)))
    left_on = alert(found, "FaultLeftOn")
    assert left_on is not None
    assert (left_on.fires_after, left_on.step) == (_about(1900, 0.01), 2)
    assert left_on.clears_after == 2100


def _about(value: float | None, within: float) -> object:
    return value if value is None else pytest.approx(value, abs=within)
