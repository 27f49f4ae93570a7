"""Forecast and outcome side by side: what differs is said, and what only ticks later is not."""

from __future__ import annotations

from typing import Any

from sre_console.pages.game_day_compare import Row, at_the_end, so_far
from sre_console.pages.incident_words import DASH
from tests.integration.pages.runs import FORECAST, OUTCOME


def rows(day: dict[str, Any]) -> dict[str, Row]:
    return {row.key: row for row in at_the_end({"forecast": FORECAST, **day})}


def fired(since: float | None, **more: Any) -> dict[str, Any]:
    alert = {**OUTCOME["alerts"][0], "sinceStep": since, **more}
    return {"outcome": {**OUTCOME, "alerts": [alert]}}


def test_what_is_off_by_more_than_a_twentieth_differs() -> None:
    found = rows({"outcome": OUTCOME})
    assert found["bad"] == Row("bad", "Bad requests", "90", "180", off=True)
    assert not found["total"].off


def test_an_alert_may_come_two_seconds_late() -> None:
    assert not rows(fired(10.9))["alert-0"].off
    assert rows(fired(11.1))["alert-0"].off
    assert rows(fired(9.0))["alert-0"].measured == "9.0 s"


def test_an_alert_that_never_came_is_a_dash() -> None:
    found = rows({"outcome": {**OUTCOME, "alerts": []}})
    assert found["alert-0"].measured == DASH


def test_an_alert_that_nobody_foretold_is_told_too() -> None:
    found = rows(fired(3.0, name="HighLatency", severity="ticket"))
    assert found["alert-0"].measured == DASH
    assert found["fired-0"].about == "HighLatency"
    assert found["fired-0"].off


def test_the_same_alert_of_another_step_is_another_row() -> None:
    assert rows(fired(9.0, step=1))["fired-0"].name == "Critical, step 2"


def test_nothing_is_measured_before_it_was_counted() -> None:
    found = {row.key: row for row in so_far({"forecast": FORECAST, "now": {}})}
    assert found["bad"].measured == DASH
    assert found["bad"].forecast == DASH
    assert found["bad-end"].forecast == "90"


def test_a_run_without_a_forecast_has_rows_without_figures() -> None:
    assert all(row.forecast == DASH for row in so_far({"forecast": {}}))
