"""What every console hears of the game day that runs."""

from __future__ import annotations

import pytest

from sre_console.gamedays.telling.news import game_day_news
from tests.integration.pages.runs import over, run

pytestmark = pytest.mark.django_db


def test_there_is_none_when_all_are_over() -> None:
    over()
    assert game_day_news() is None


def test_the_step_that_is_now_is_told_with_its_note() -> None:
    row = run()
    told = game_day_news()
    assert told is not None
    assert (told["id"], told["step"], told["steps"]) == (row.pk, 0, 2)
    assert told["stepTitle"] == "3 % errors"
    assert told["note"].startswith("Ask the room.")
    assert (told["checksPassed"], told["checksInAll"]) == (1, 5)


def test_one_that_runs_comes_before_one_that_waits() -> None:
    running = run()
    run(state="waiting", started_at=None)
    told = game_day_news()
    assert told is not None
    assert told["id"] == running.pk


def test_a_drill_keeps_its_secret() -> None:
    run(drill=True, title="Drill")
    told = game_day_news()
    assert told is not None
    assert told["drill"]
    assert told["step"] is None
    assert "note" not in told
    assert told["checksInAll"] == 0
