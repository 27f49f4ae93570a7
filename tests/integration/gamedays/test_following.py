"""Following a run to its verdict, on the real engine with made-up time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection

from sre_console.gamedays.report.following import (
    FAILED,
    NOBODY,
    PASSED,
    STOPPED,
    Following,
)
from sre_console.gamedays.running.stopping import game_day_stop
from sre_console.gamedays.scenarios.probes import AlertProbe
from sre_console.gamedays.scenarios.scenario import Check
from sre_console.models import FaultPlan, GameDay
from tests.integration.gamedays.scenes import errors, quiet, scene, text
from tests.integration.gamedays.theatre import OPERATOR, Theatre

pytestmark = pytest.mark.django_db


@pytest.fixture
def theatre() -> Theatre:
    return Theatre(rate=5)


def follow(
    theatre: Theatre,
    game_day: GameDay,
    sleep: Callable[[float], object] | None = None,
    **more: Any,
) -> tuple[int, list[str]]:
    said: list[str] = []
    found = Following(
        game_day.pk,
        actor=OPERATOR,
        say=said.append,
        sleep=sleep or theatre.seconds,
        by=theatre.clock,
        **more,
    )
    status = found.follow()
    game_day.refresh_from_db()
    return status, said


def test_one_that_passes_ends_with_0_and_tells_each_step_and_check(
    theatre: Theatre,
) -> None:
    game_day = theatre.start(scene(errors(0, 5, quiet("0.1")), errors(0, 3)))
    status, said = follow(theatre, game_day)
    assert status == PASSED
    told = [line.split("  ")[-1] for line in said]
    assert told.count("Step begins: 0% errors") == 2
    assert any(line.startswith("Check passed: no page") for line in told)
    assert told[-1].startswith("Finished")


def test_one_whose_check_fails_ends_with_1(theatre: Theatre) -> None:
    never = AlertProbe("ErrorBudgetBurn1h", "firing")
    check = Check("0.1", text("a page"), "atEnd", never)
    status, said = follow(theatre, theatre.start(scene(errors(0, 5, check))))
    assert status == FAILED
    assert any("Check failed: a page" in line for line in said)


def test_somebody_else_s_stop_ends_it_with_3(theatre: Theatre) -> None:
    game_day = theatre.start(scene(errors(0, 60)))

    def sleep(seconds: float) -> None:
        theatre.seconds(seconds)
        if theatre.clock.monotonic() - began > 3 and not stopped:
            stopped.append(True)
            game_day_stop(actor=OPERATOR, number=game_day.pk, reason="x")

    began, stopped = theatre.clock.monotonic(), list[bool]()
    assert follow(theatre, game_day, sleep)[0] == STOPPED


def test_an_interrupt_stops_it_and_its_faults(theatre: Theatre) -> None:
    game_day = theatre.start(scene(errors(0.2, 60)))
    ends = theatre.clock.monotonic() + 5
    status, said = follow(
        theatre, game_day, interrupted=lambda: theatre.clock.monotonic() > ends
    )
    assert (status, game_day.state, game_day.verdict) == (STOPPED, "stopped", None)
    assert game_day.settled
    assert not FaultPlan.objects.get().enabled
    assert "The game day is stopped: interrupted on the command line." in said


def test_one_that_takes_too_long_is_stopped(theatre: Theatre) -> None:
    game_day = theatre.start(scene(errors(0, 600)))
    status, _said = follow(theatre, game_day, timeout=8)
    assert (status, game_day.state) == (NOBODY, "stopped")
    assert game_day.end_reason == "it took longer than 8 s"


def test_one_that_nobody_runs_is_stopped_after_15_s(theatre: Theatre) -> None:
    game_day = theatre.start(scene(errors(0.2, 60)))
    theatre.kill()
    began = theatre.clock.monotonic()
    status, _said = follow(theatre, game_day)
    assert (status, game_day.state) == (NOBODY, "stopped")
    assert game_day.end_reason == "nobody has run it for 15 s"
    # and as long again for rollbacks that nobody carries out
    assert theatre.clock.monotonic() - began == pytest.approx(31, abs=2)


def test_one_that_waits_for_an_approval_may_wait(
    theatre: Theatre, settings: Any
) -> None:
    settings.CHAOS_APPROVAL_ABOVE = 0.1
    game_day = theatre.start(scene(errors(0.2, 60)))
    status, _said = follow(theatre, game_day, timeout=40)
    assert (status, game_day.end_reason) == (NOBODY, "it took longer than 40 s")


def test_while_it_is_followed_it_is_attended(theatre: Theatre, settings: Any) -> None:
    settings.CHAOS_ABSENCE = 10
    game_day = theatre.start(scene(errors(0, 25)), unattended=False)
    assert follow(theatre, game_day)[0] == PASSED


def test_a_database_that_is_away_for_a_moment_changes_nothing(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    game_day = theatre.start(scene(errors(0, 8)))
    looks = iter(range(1000))

    def away(number: int) -> GameDay:
        if next(looks) in {2, 3}:
            raise OperationalError
        return GameDay.objects.get(pk=number)

    monkeypatch.setattr("sre_console.gamedays.report.following.game_day_find", away)
    monkeypatch.setattr(connection, "close", lambda: None)
    assert follow(theatre, game_day)[0] == PASSED
