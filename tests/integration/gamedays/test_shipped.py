"""Each scenario that ships, on the real engine: 50 requests a second, a full month before it."""

from __future__ import annotations

from typing import Any

import pytest

from sre_console.gamedays.scenarios.library import scenario_find
from sre_console.gamedays.scenarios.scenario import Scenario
from sre_console.models import GameDay
from tests.integration.gamedays.theatre import Theatre

SHIPPED = (
    "circuit-breaker",
    "combined-stress",
    "error-budget",
    "latency",
)  # and progressive-errors, below


def shipped(name: str) -> Scenario:
    found = scenario_find(name).scenario
    assert found is not None
    return found


def told(game_day: GameDay) -> str:
    """What went wrong, for whoever reads a red test."""
    failed = [
        f"{check['id']} {check['state']}: {check['got']}"
        for check in game_day.checks
        if check["state"] != "passed"
    ]
    return f"{game_day.end_kind} {game_day.end_reason} {failed}"


@pytest.mark.django_db
@pytest.mark.any_postgres
@pytest.mark.parametrize("name", SHIPPED)
def test_each_scenario_that_ships_passes(name: str) -> None:
    theatre = Theatre()
    game_day = theatre.until_over(theatre.start(shipped(name)))
    assert game_day.verdict == "passed", told(game_day)
    assert game_day.score == 1


@pytest.mark.django_db
def test_progressive_errors_cost_and_page_as_foretold() -> None:
    theatre = Theatre()
    game_day = theatre.until_over(theatre.start(shipped("progressive-errors")))
    assert (game_day.verdict, game_day.score) == ("passed", 1), told(game_day)
    forecast, outcome = game_day.forecast, game_day.outcome
    # 1 + 3 + 7 % of 3,000 requests each, of 2,160 that the budget has
    assert forecast["badEvents"]["availability"] == 330
    assert outcome["badEvents"] == pytest.approx(330, rel=0.01)
    assert outcome["budgetSpentRatio"] == pytest.approx(0.1528, rel=0.01)
    assert forecast["budgetSpentRatio"]["availability"] == pytest.approx(
        outcome["budgetSpentRatio"], rel=0.01
    )
    # 30 of 43.2 are in the hour already as 3 % begin
    assert page_since_step(outcome) == pytest.approx(13.3, abs=1)
    assert page_since_step(forecast) == pytest.approx(13.3, abs=0.1)
    assert outcome["differences"] == []


def page_since_step(told: dict[str, Any]) -> float:
    """Seconds after the step to 3 % began that the fast page of availability fired."""
    (alert,) = [
        alert
        for alert in told["alerts"]
        if (alert["name"], alert["slo"]) == ("ErrorBudgetBurn1h", "availability")
    ]
    assert alert["step"] == 1
    return float(alert["sinceStep"])
