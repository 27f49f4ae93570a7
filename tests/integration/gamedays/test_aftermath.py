"""What a run leaves behind: figures, links to its incidents, and what is taken once more."""

from __future__ import annotations

from typing import Any

import pytest

from sre_console.gamedays.outcome.aftermath import aftermath_keep, aftermath_owed
from sre_console.gamedays.outcome.figures import figures_read
from sre_console.gamedays.outcome.links import game_day_at, game_day_of
from sre_console.models import AlertPeriod, GameDay, Incident, SliTimeline
from tests.integration.gamedays.conftest import SECONDS, Run, at, game_day
from tests.integration.slo.conftest import EPOCH

pytestmark = pytest.mark.django_db


def test_it_keeps_its_charts_though_the_timeline_forgets(run: Run) -> None:
    aftermath_keep(run.row, at(SECONDS + 15))
    SliTimeline.objects.all().delete()
    kept: Any = figures_read(GameDay.objects.get())
    assert max(value or 0 for value in kept["err"]) == pytest.approx(0.03, abs=0.005)
    assert (kept["from"], kept["to"]) == (EPOCH - 45, EPOCH + SECONDS + 15)
    assert [each["version"] for each in kept["bands"]] == [12, 11]


def test_the_charts_have_steps_and_marks(run: Run) -> None:
    kept: Any = figures_read(run.row)
    assert kept["steps"] == [
        {"index": 0, "from": EPOCH, "to": EPOCH + 60},
        {"index": 1, "from": EPOCH + 60, "to": EPOCH + SECONDS},
    ]
    assert [(each["kind"], each["at"] - EPOCH) for each in kept["marks"]] == [
        ("check_passed", 60),
        ("finished", SECONDS),
    ]
    assert [each["name"] for each in kept["breaches"]] == ["ErrorBudgetBurn1h"]


def test_its_steps_are_told_by_the_record_where_the_runner_left_none(run: Run) -> None:
    with_times = figures_read(run.row)["steps"]
    run.change(cursor={})
    assert figures_read(run.row)["steps"] == with_times


def test_it_is_taken_once_more_when_its_alerts_have_cleared(run: Run) -> None:
    AlertPeriod.objects.update(ended_at=None)
    aftermath_keep(run.row, at(SECONDS + 2))
    assert run.row.outcome["ttr"] is None
    assert aftermath_owed(at(SECONDS + 5)) is None  # the alert fires on
    AlertPeriod.objects.update(ended_at=at(SECONDS + 6))
    owed = aftermath_owed(at(SECONDS + 7))
    assert owed == run.row
    assert aftermath_owed(at(SECONDS + 7), but=[run.row.pk]) is None
    aftermath_keep(owed, at(SECONDS + 7))
    assert GameDay.objects.get().outcome["ttr"] == 126
    assert aftermath_owed(at(SECONDS + 8)) is None


def test_what_ended_long_ago_is_left_as_it_is(run: Run) -> None:
    run.change(outcome={"alertsCleared": False})
    assert aftermath_owed(at(SECONDS + 3599)) == run.row
    assert aftermath_owed(at(SECONDS + 3601)) is None


def test_the_score_counts_by_weight(run: Run) -> None:
    run.row.checks[1]["state"] = "failed"  # the one of weight 2
    aftermath_keep(run.row, at(SECONDS + 2))
    assert GameDay.objects.get().score == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("seconds", "there"),
    [(-1, False), (0, True), (SECONDS, True), (SECONDS + 1, False)],
)
def test_a_moment_has_the_run_that_was_under_way(
    run: Run, seconds: float, there: bool
) -> None:
    assert (game_day_at(at(seconds)) == run.row) is there


def test_a_drill_is_not_told_of_before_it_is_over(db: None) -> None:
    run = game_day(state="running", ended_at=None, drill=True)
    assert game_day_at(at(5)) is None
    run.change(state="finished", ended_at=at(SECONDS))
    assert game_day_at(at(5)) == run.row


def test_one_that_was_never_begun_is_of_no_moment(db: None) -> None:
    game_day(state="failed", started_at=None, ended_at=at(5))
    assert game_day_at(at(2)) is None


def test_an_incident_that_opened_afterwards_is_of_the_run_that_caused_it(
    run: Run,
) -> None:
    Incident.objects.update(opened_at=at(SECONDS + 3))
    assert game_day_of(Incident.objects.get()) == run.row
