"""The server is killed and started again, at and around each step's end."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.db import InterfaceError

from ironclad.errors import DatabaseUnavailable
from sre_console.gamedays.running.turning import Turn
from sre_console.gamedays.scenarios.scenario import Guardrails
from sre_console.models import AlertPeriod, FaultPeriod, FaultPlan, GameDay
from tests.integration.gamedays.scenes import errors, scene
from tests.integration.gamedays.theatre import Theatre

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]

STEP = 10  # seconds
STEPS = [errors(0.1, STEP), errors(0.2, STEP), errors(0.3, STEP)]


def killed(at: int, away: int, on_interruption: str) -> tuple[Theatre, GameDay]:
    theatre = Theatre(rate=10)
    game_day = theatre.start(scene(*STEPS, on_interruption=on_interruption))
    theatre.seconds(1)  # its first step begins
    theatre.seconds(at)
    theatre.kill()
    theatre.seconds(away)
    theatre.restart()
    return theatre, theatre.until_over(game_day)


# just before, at, and just after each step's end
@pytest.mark.parametrize("at", [1, 9, 10, 11, 19, 20, 21, 29])
def test_a_run_that_may_goes_on_where_it_would_be(at: int) -> None:
    _, game_day = killed(at, 7, "continue")
    assert game_day.state == "finished", game_day.end_reason
    assert set(game_day.cursor["step_states"].values()) == {"done"}
    kinds = list(game_day.events.values_list("kind", flat=True))
    assert kinds.count("interrupted") == kinds.count("continued") == 1
    began, ended = game_day.started_at, game_day.ended_at
    assert began is not None
    assert ended is not None
    # what it missed is not made up for, but a step that was due ends at once
    assert timedelta(seconds=29) < ended - began < timedelta(seconds=30 + 9)
    assert not FaultPlan.objects.get().enabled


@pytest.mark.parametrize("at", [1, 9, 10, 11, 19, 20, 21, 29])
def test_a_run_that_asks_for_it_is_rolled_back(at: int) -> None:
    _, game_day = killed(at, 7, "rollback")
    assert (game_day.state, game_day.verdict) == ("failed", "failed")
    assert game_day.end_kind == "interrupted"
    assert "asks to be rolled back" in game_day.end_reason
    assert not FaultPlan.objects.get().enabled


def test_that_nothing_was_counted_meanwhile_does_not_stop_it() -> None:
    _, game_day = killed(5, 30, "continue")
    assert game_day.state == "finished", game_day.end_reason


def test_what_the_evaluators_absence_raises_does_not_stop_it() -> None:
    theatre = Theatre(rate=10)
    game_day = theatre.start(scene(*STEPS, on_interruption="continue"))
    theatre.seconds(12)
    theatre.leaderless = True
    theatre.seconds(25)
    theatre.leaderless = False
    theatre.lead()
    theatre.until_over(game_day)
    assert AlertPeriod.objects.filter(name="EvaluatorAbsent").exists()
    assert game_day.state == "finished", game_day.end_reason


def test_that_no_console_could_be_there_meanwhile_does_not_stop_it() -> None:
    theatre = Theatre(rate=10)
    lasts = scene(
        errors(0.1, 60),
        on_interruption="continue",
        guardrails=Guardrails(absence=10),
    )
    game_day = theatre.start(lasts, unattended=False)
    theatre.seconds(5)
    theatre.kill()
    theatre.seconds(15)
    theatre.restart()
    theatre.seconds(8)
    game_day.refresh_from_db()
    assert game_day.state == "running", game_day.end_reason
    theatre.seconds(8)
    game_day.refresh_from_db()
    assert game_day.end_kind == "guardrail:absence"


def test_a_beat_that_is_late_is_no_interruption() -> None:
    _, game_day = killed(9, 3, "rollback")
    assert game_day.state == "finished"


def test_faults_whose_lease_ran_out_are_not_put_back() -> None:
    theatre = Theatre(rate=10)
    long = scene(errors(0.1, 300), on_interruption="continue")
    game_day = theatre.start(long)
    theatre.seconds(5)
    theatre.kill()
    theatre.seconds(75)
    theatre.restart()
    theatre.until_over(game_day)
    assert (game_day.state, game_day.end_kind) == ("failed", "interrupted")
    assert FaultPeriod.objects.count() == 1
    period = FaultPeriod.objects.get()
    assert period.ended_at is not None
    # 60 s after it was renewed last, at most 15 s before the kill
    lasted = (period.ended_at - period.began_at).total_seconds()
    assert 60 <= lasted <= 65


def test_nor_are_they_for_a_replica_that_has_just_joined() -> None:
    theatre = Theatre(rate=10)
    budget = Guardrails(chaos_budget=0.5)
    long = scene(errors(0.1, 300), on_interruption="continue", guardrails=budget)
    game_day = theatre.start(long)
    theatre.seconds(15)
    theatre.kill()
    theatre.seconds(55)  # less than a minute, but the lease was over before
    theatre.restart()
    theatre.until_over(game_day)
    assert (game_day.state, game_day.end_kind) == ("failed", "interrupted")
    assert FaultPeriod.objects.count() == 1


def test_the_lease_is_renewed_as_the_same_version() -> None:
    theatre = Theatre(rate=10)
    game_day = theatre.until_over(theatre.start(scene(errors(0.1, 150))))
    assert game_day.state == "finished"
    assert FaultPeriod.objects.count() == 1
    row = FaultPeriod.objects.get()
    assert row.ended_at is not None
    assert 149 <= (row.ended_at - row.began_at).total_seconds() <= 151


def test_another_leader_goes_on_at_once() -> None:
    theatre = Theatre(rate=10)
    game_day = theatre.start(scene(*STEPS))
    theatre.seconds(12)
    theatre.evaluator.resign()
    theatre.lead()
    assert theatre.until_over(game_day).state == "finished"
    kinds = list(game_day.events.values_list("kind", flat=True))
    assert kinds.count("step_began") == 3
    assert "interrupted" not in kinds


@pytest.mark.parametrize("lost", [DatabaseUnavailable, InterfaceError])
def test_a_connection_that_is_lost_in_a_turn_does_not_end_it(
    lost: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    theatre = Theatre(rate=10)
    game_day = theatre.start(scene(*STEPS))
    theatre.seconds(3)
    with monkeypatch.context() as patch:
        patch.setattr(Turn, "take", Mock(side_effect=lost))
        with pytest.raises(lost):
            theatre.seconds(1)
    assert theatre.until_over(game_day).state == "finished", game_day.end_reason


def test_whoever_no_longer_leads_writes_nothing() -> None:
    theatre = Theatre(rate=10)
    game_day = theatre.start(scene(*STEPS))
    theatre.seconds(3)
    game_day.refresh_from_db()
    before = game_day.turned_at
    runner = theatre.evaluator._runner
    assert runner is not None
    theatre.clock.advance(10)
    runner.turn(lambda: False)
    game_day.refresh_from_db()
    assert game_day.turned_at == before
