"""Each scenario that ships, on the real engine: 50 requests a second, a full month before it."""

from __future__ import annotations

import pytest

from sre_console.gamedays.library import scenario_find
from sre_console.gamedays.scenario import Scenario
from sre_console.models import GameDay
from tests.integration.gamedays.theatre import Theatre

SHIPPED = (
    "circuit-breaker",
    "combined-stress",
    "error-budget",
    "latency",
    "progressive-errors",
)


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
@pytest.mark.parametrize("name", SHIPPED)
def test_each_scenario_that_ships_passes(name: str) -> None:
    theatre = Theatre()
    game_day = theatre.until_over(theatre.start(shipped(name)))
    assert game_day.verdict == "passed", told(game_day)
    assert game_day.score == 1
