"""What a run came to, from a timeline of which every figure is known."""

from __future__ import annotations

from typing import Any

import pytest

from sre_console.gamedays.outcome.outcome import outcome_read
from sre_console.models import AlertPeriod, FaultPeriod, Incident
from tests.integration.gamedays.conftest import (
    SECONDS,
    Run,
    at,
    faults,
    game_day,
    history,
    traffic,
)
from tests.integration.slo.conftest import EPOCH

pytestmark = pytest.mark.django_db
BAD = 30 + 180  # 1 % of a minute's 3,000 requests and 3 % of two minutes'


def outcome(run: Run, until: float = SECONDS) -> dict[str, Any]:
    return outcome_read(run.row, until=at(until))


def test_it_counts_what_failed_in_its_own_time(run: Run) -> None:
    found = outcome(run)
    assert (found["worst"], found["badEvents"]) == ("availability", BAD)
    assert found["totalEvents"] == SECONDS * 50
    assert found["rate"] == 50


def test_the_share_of_the_budget_is_of_a_whole_month(run: Run) -> None:
    assert outcome(run)["budgetSpentRatio"] == pytest.approx(BAD / 2160)


def test_a_part_of_a_second_counts_for_as_much(run: Run) -> None:
    run.change(started_at=at(0.4))
    found = outcome(run, SECONDS + 0.4)
    assert (found["totalEvents"], found["badEvents"]) == (SECONDS * 50, BAD)


def test_both_ledgers_are_told_of_each_slo(run: Run) -> None:
    slos = outcome(run)["bySlo"]
    assert list(slos) == ["availability", "latency", "error-rate"]
    mine = slos["availability"]
    assert (mine["badEvents"], mine["exerciseBad"]) == (BAD, BAD)
    assert mine["budgetSpentWithoutExercises"] == 0
    assert mine["budgetLeftRatio"] == pytest.approx(1 - BAD / 2160)
    assert slos["error-rate"]["budgetSpentRatio"] == pytest.approx(BAD / 21_600)


def test_less_than_a_month_of_history_is_held_against_a_whole_one(db: None) -> None:
    traffic()
    run = game_day()
    found = outcome(run)
    assert found["budgetSpentRatio"] == pytest.approx(BAD / 2160, rel=0.001)


def test_without_any_history_nothing_is_known(db: None) -> None:
    found = outcome(game_day())
    assert (found["totalEvents"], found["budgetSpentRatio"]) == (0, None)


def test_each_alert_is_told_with_its_step(run: Run) -> None:
    (alert,) = outcome(run)["alerts"]
    assert (alert["name"], alert["slo"], alert["step"]) == (
        "ErrorBudgetBurn1h", "availability", 1,
    )  # fmt: skip
    assert (alert["firedAfter"], alert["sinceStep"]) == (89.5, 29.5)
    assert alert["clearedAfter"] == 183


def test_what_was_injected_is_told_by_step(run: Run) -> None:
    one, three = outcome(run)["achieved"]
    assert (one["step"], one["errorRate"], one["requests"]) == (0, 0.01, 3000)
    assert (three["step"], three["errorRate"], three["delayed"]) == (1, 0.03, 0)


def test_detection_counts_from_the_step_that_was_noticed(run: Run) -> None:
    found = outcome(run)
    assert found["ttd"] == 29.5
    assert found["ttm"] == 120  # the fault ended before the incident was mitigated
    assert found["ttr"] == 123


def test_faults_that_nothing_took_the_place_of_were_over(run: Run) -> None:
    """A game day ends its faults by holding the plan without any: a change like others."""
    FaultPeriod.objects.update(end="changed")
    assert outcome(run)["ttm"] == 120


def test_what_was_in_force_before_is_not_told_as_another_plan(run: Run) -> None:
    FaultPeriod.objects.create(
        version=5, error_rate=0.1, began_at=at(-60), ended_at=at(0.5),
        expires_at=at(60), end="changed",
    )  # fmt: skip
    assert outcome(run)["differences"] == []


def test_an_incident_belongs_to_it_by_its_time_or_by_its_fault(run: Run) -> None:
    mine = Incident.objects.get()
    other = {"service": "b", "title": "B", "severity": "page", "state": "open"}
    caused = Incident.objects.create(
        **other, began_at=at(-1), opened_at=at(5), fault_version=11
    )
    Incident.objects.create(
        **{**other, "service": "c"}, began_at=at(-1), opened_at=at(5)
    )
    assert outcome(run)["incidents"] == [caused.pk, mine.pk]


def test_while_an_alert_fires_it_may_still_change(run: Run) -> None:
    assert outcome(run)["alertsCleared"] is True
    AlertPeriod.objects.update(ended_at=None)
    found = outcome(run)
    assert (found["alertsCleared"], found["ttr"]) == (False, None)


def test_nothing_is_to_be_explained_where_all_went_as_forecast(run: Run) -> None:
    assert outcome(run)["differences"] == []


def test_real_errors_and_another_rate_are_told(db: None) -> None:
    history()
    traffic(real=12)
    run = game_day()
    faults(run)
    run.change(forecast={"rate": 40.0, "seconds": 180.0})
    kinds = {each["kind"]: each for each in outcome(run)["differences"]}
    assert kinds["real_errors"]["detail"] == {
        "bad": {"availability": 12, "error-rate": 12}
    }
    assert kinds["traffic"]["text"] == (
        "There were 50 requests a second; the forecast assumed 40."
    )


def test_an_early_end_and_an_interruption_are_told(run: Run) -> None:
    run.change(state="stopped", end_kind="operator")
    run.event(27, "interrupted", detail={"seconds": 7})
    run.event(27, "continued", detail={"seconds": 7})
    kinds = {each["kind"]: each for each in outcome(run, 100)["differences"]}
    assert kinds["stopped_early"]["detail"] == {"seconds": 100, "planned": 180}
    assert kinds["interrupted"]["detail"] == {"times": 1, "seconds": 7}


def test_a_plan_that_is_not_its_own_is_told(run: Run) -> None:
    run.row.events.filter(kind="fault_set", step=1).delete()
    (found,) = outcome(run)["differences"]
    assert (found["kind"], found["detail"]) == ("manual", {"versions": [12]})


def test_it_may_be_asked_for_while_it_runs(run: Run) -> None:
    run.change(state="running", ended_at=None)
    found = outcome(run, 30)
    assert found["badEvents"] == pytest.approx(15, abs=1)
    assert found["seconds"] == 30
    assert found["until"] == EPOCH + 30
