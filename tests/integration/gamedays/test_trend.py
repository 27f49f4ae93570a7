"""The runs of one scenario in a row."""

from __future__ import annotations

import pytest

from sre_console.gamedays.report.trend import comparison, trend
from tests.integration.gamedays.conftest import at, game_day

pytestmark = pytest.mark.django_db


def test_the_oldest_of_the_newest_comes_first(db: None) -> None:
    outcome = {"ttd": 29.5, "ttr": None, "budgetSpentRatio": 0.0972, "badEvents": 210}
    first = game_day(started_at=at(0), outcome=outcome)
    second = game_day(started_at=at(500), verdict=None, state="stopped")
    game_day(started_at=at(900), scenario="other")
    game_day(started_at=at(900), state="running", ended_at=None)
    game_day(started_at=None, state="failed")
    found = trend("progressive-errors")
    assert [each["id"] for each in found] == [first.row.pk, second.row.pk]
    assert found[0] | outcome == found[0]
    assert (found[1]["ttd"], found[1]["verdict"]) == (None, None)
    assert [each["id"] for each in trend("progressive-errors", most=1)] == [
        second.row.pk
    ]


def test_two_runs_are_held_against_each_other(db: None) -> None:
    found = comparison(game_day().row, game_day(seed=8).row)
    checks = found["checks"]
    assert isinstance(checks, list)
    assert [each["title"] for each in checks] == [
        "Nothing burns", "Nobody is paged", "Page within 30 min", "Nothing burns",
    ]  # fmt: skip
    assert all(each["same"] for each in checks)
