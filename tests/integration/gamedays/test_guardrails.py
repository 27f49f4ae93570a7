"""What stops a run, each on the real engine."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from ironclad.errors import Conflict
from sre_console.gamedays.running.services import game_day_attend
from sre_console.gamedays.scenarios.scenario import Expected, Guardrails
from sre_console.models import FaultPlan, GameDay, SliSample
from tests.integration.gamedays.scenes import errors, scene
from tests.integration.gamedays.theatre import OPERATOR, OTHER, Theatre

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]


def caused() -> int:
    """Failed requests that faults caused, of all samples."""
    return sum(
        row.bad.get("availability", [0, 0])[1] for row in SliSample.objects.all()
    )


def no_fault_in_force() -> bool:
    row = FaultPlan.objects.get()
    return not row.enabled and row.holder == ""


def test_a_chaos_budget_stops_it_on_the_very_request() -> None:
    theatre = Theatre()
    budget = Guardrails(chaos_budget=0.05)
    game_day = theatre.start(scene(errors(0.07, 120), guardrails=budget))
    assert game_day.guardrails["allowed"]["availability"] == 108
    theatre.seconds(1)  # the fault is set at its end
    theatre.until_over(game_day)
    assert caused() == 108
    # request 1,543 of 50 a second: 30.86 s, told within a beat and a flush
    began, ended = game_day.started_at, game_day.ended_at
    assert began is not None
    assert ended is not None
    assert 30.86 <= (ended - began).total_seconds() <= 32.9
    assert (game_day.state, game_day.verdict) == ("stopped", "failed")
    assert game_day.end_kind == "guardrail:chaos-budget"
    assert "108 of 108" in game_day.end_reason
    assert no_fault_in_force()


def test_several_replicas_together_stay_within_the_chaos_budget() -> None:
    theatre = Theatre(fleet=3)
    budget = Guardrails(chaos_budget=0.05)
    game_day = theatre.start(scene(errors(0.07, 120), guardrails=budget))
    theatre.until_over(game_day)
    assert 105 <= caused() <= 108
    assert game_day.end_kind == "guardrail:chaos-budget"


def test_what_a_replica_that_is_gone_has_not_used_is_left_to_the_others() -> None:
    theatre = Theatre(fleet=2)
    budget = Guardrails(chaos_budget=0.05)
    game_day = theatre.start(scene(errors(0.07, 120), guardrails=budget))
    theatre.seconds(10)
    theatre.replicas.pop()
    theatre.until_over(game_day)
    assert 106 <= caused() <= 108
    assert game_day.end_kind == "guardrail:chaos-budget"


def test_the_chaos_budget_counts_across_steps() -> None:
    theatre = Theatre()
    budget = Guardrails(chaos_budget=0.01)  # 21 of 2,160
    steps = [errors(0.1, 3), errors(0.2, 30)]
    theatre.until_over(theatre.start(scene(*steps, guardrails=budget)))
    assert caused() == 21


def test_what_a_day_may_spend_counts_earlier_game_days(settings: Settings) -> None:
    settings.CHAOS_BUDGET_DAY = 0.02  # 43 of 2,160
    theatre = Theatre()
    theatre.until_over(theatre.start(scene(errors(0.04, 20))))  # 40
    game_day = theatre.start(scene(errors(0.04, 30)))
    assert game_day.guardrails["allowed"]["availability"] == 3
    theatre.until_over(game_day)
    assert caused() == 43
    with pytest.raises(Conflict, match="43 failed requests were caused within a day"):
        theatre.start(scene(errors(0.04, 30)))


def test_under_the_floor_no_game_day_starts(settings: Settings) -> None:
    theatre = Theatre()
    theatre.until_over(theatre.start(scene(errors(0.04, 18))))  # 36: 1.7 %
    settings.CHAOS_FLOOR = 0.99
    with pytest.raises(Conflict, match=r"availability.*98\.3% is left.*99\.0%"):
        theatre.start(scene(errors(0.01, 5)))
    assert GameDay.objects.count() == 1


def test_below_the_scenarios_own_floor_it_does_not_start_either() -> None:
    theatre = Theatre()
    theatre.until_over(theatre.start(scene(errors(0.04, 18))))
    with pytest.raises(Conflict, match="is left"):
        theatre.start(scene(errors(0.01, 5), guardrails=Guardrails(floor=0.99)))


def test_an_alert_that_was_not_expected_stops_it() -> None:
    theatre = Theatre()
    game_day = theatre.until_over(theatre.start(scene(errors(0.5, 60), expects=())))
    assert game_day.end_kind == "guardrail:alert"
    assert "ErrorBudgetBurn1h of availability" in game_day.end_reason
    assert no_fault_in_force()


def test_an_alert_that_fired_before_does_not_stop_it() -> None:
    theatre = Theatre()
    theatre.until_over(theatre.start(scene(errors(1.0, 5))))
    for _ in range(120):  # until the page is over; the tickets last
        theatre.seconds(1)
    game_day = theatre.until_over(theatre.start(scene(errors(0.001, 5), expects=())))
    assert game_day.state == "finished", game_day.end_reason


def test_a_real_breach_stops_it() -> None:
    theatre = Theatre()
    game_day = theatre.start(scene(errors(0.01, 120)))
    theatre.seconds(3)
    theatre.replicas[0].fail(0.1)
    theatre.until_over(game_day)
    assert game_day.end_kind == "guardrail:breach"
    assert "without the faults" in game_day.end_reason


def test_injected_failures_are_no_real_breach() -> None:
    theatre = Theatre()
    game_day = theatre.until_over(theatre.start(scene(errors(0.9, 20))))
    assert game_day.state == "finished"


def test_lost_samples_stop_it() -> None:
    theatre = Theatre()
    game_day = theatre.start(scene(errors(0.01, 120)))
    theatre.seconds(3)
    theatre.deaf = True
    theatre.until_over(game_day)
    assert game_day.end_kind == "guardrail:telemetry"
    assert no_fault_in_force()


def test_requests_that_stay_away_stop_it() -> None:
    theatre = Theatre()
    expects = (*scene(errors(0, 1)).expects, Expected("NoTraffic"))
    game_day = theatre.start(scene(errors(0.01, 120), expects=expects))
    theatre.seconds(5)
    theatre.rate = 0
    theatre.until_over(game_day)
    assert game_day.end_kind == "guardrail:telemetry"
    assert "no request" in game_day.end_reason


def test_a_run_that_nobody_asks_anything_during_does_not_pass() -> None:
    theatre = Theatre(rate=10)
    theatre.rate = 0
    theatre.seconds(2)
    expects = (*scene(errors(0, 1)).expects, Expected("NoTraffic"))
    game_day = theatre.start(scene(errors(0.01, 60), expects=expects))
    theatre.until_over(game_day)
    assert (game_day.end_kind, game_day.verdict) == ("guardrail:telemetry", "failed")


def test_a_console_that_is_closed_for_too_long_stops_it() -> None:
    theatre = Theatre(rate=5)
    game_day = theatre.start(scene(errors(0.01, 300)), unattended=False)
    theatre.seconds(50)
    game_day_attend(actor=OPERATOR, number=game_day.pk, by=theatre.clock)
    theatre.seconds(59)
    game_day_attend(actor=OTHER, number=game_day.pk, by=theatre.clock)  # does not count
    theatre.until_over(game_day)
    assert game_day.end_kind == "guardrail:absence"
    began, ended = game_day.started_at, game_day.ended_at
    assert began is not None
    assert ended is not None
    assert 109 <= (ended - began).total_seconds() <= 111


def test_one_that_was_told_to_run_unattended_goes_on() -> None:
    theatre = Theatre(rate=5)
    game_day = theatre.start(scene(errors(0.01, 80)), unattended=True)
    assert theatre.until_over(game_day).state == "finished"
