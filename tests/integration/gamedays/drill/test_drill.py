"""A drill on the real engine: hidden, found or not, and told when it is over."""

from __future__ import annotations

import json
import re

import pytest
from pytest_django import Settings

from ironclad.errors import Conflict, FieldsInvalid, NotFound, PermissionRefused
from sre_console.audit.actor import Actor
from sre_console.chaos.services import plan_disable
from sre_console.gamedays.drill.pick import Diagnosis, picked
from sre_console.gamedays.drill.scenario import drill_scenario
from sre_console.gamedays.drill.selectors import (
    attempts,
    drill_now,
    drill_result,
    drills_over,
)
from sre_console.gamedays.drill.services import (
    WAIT,
    drill_diagnose,
    drill_give_up,
    drill_start,
)
from sre_console.gamedays.report.trend import comparison
from sre_console.gamedays.telling.telling import game_day_brief, game_day_json
from sre_console.incidents.catalogue import catalogue
from sre_console.models import AuditEntry, FaultPeriod, FaultPlan, GameDay
from tests.integration.api.conftest import OPERATOR as OPERATOR_TOKEN
from tests.integration.api.conftest import Api, _settings
from tests.integration.gamedays.theatre import OPERATOR, Theatre

__all__ = ["_settings"]

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]
LIMIT = 180
# A quarter of the requests fails.
SEED = next(
    n for n in range(70_000, 80_000)
    if Diagnosis.of(picked(n)) == Diagnosis("errors", "high", "all")
)  # fmt: skip
RIGHT = {"what": "errors", "amount": "high", "which": "all"}
WRONG = {**RIGHT, "what": "latency"}


@pytest.fixture
def theatre() -> Theatre:
    return Theatre(rate=10)


@pytest.fixture
def drill(theatre: Theatre) -> GameDay:
    row = drill_start(actor=OPERATOR, limit=LIMIT, seed=SEED, by=theatre.clock)
    theatre.seconds(5)
    return row


def diagnose(theatre: Theatre, row: GameDay, said: dict[str, str]) -> bool:
    return drill_diagnose(
        actor=OPERATOR, number=row.pk, asked=said, by=theatre.clock
    ).right


def test_its_fault_is_on_and_secret(drill: GameDay) -> None:
    period = FaultPeriod.objects.get()
    assert (period.error_rate, period.concealed) == (0.25, True)
    assert FaultPlan.objects.get().concealed
    assert drill_now() == drill
    for entry in AuditEntry.objects.all():
        assert "0.25" not in json.dumps(entry.detail)
        assert str(SEED) not in json.dumps(entry.detail.get("seed"))


def test_its_run_tells_neither_seed_nor_fault_nor_forecast(drill: GameDay) -> None:
    drill.refresh_from_db()
    told = game_day_json(drill)
    assert (told["seed"], told["digest"], told["forecast"]) == (None, "", {})
    assert [step["fault"] for step in told["steps"]] == [None]
    assert told["guardrails"]["chaosBudget"]["spent"] == {}
    assert "error_rate" not in json.dumps(told)
    assert game_day_brief(drill)["seed"] is None


TELLS = re.compile(rf'"(error_rate|errorRate)": ?0\.25|"seed": ?{SEED}\b')


def test_the_rest_api_tells_it_only_when_it_is_over(
    theatre: Theatre, drill: GameDay
) -> None:
    api, path = Api(OPERATOR_TOKEN), f"/api/game-days/{drill.pk}"
    everything = ("/api/game-days", path, f"{path}/events", "/api/chaos")
    for each in everything:
        answer = api.get(each)
        assert answer.status_code == 200, answer.text
        assert not TELLS.search(answer.text), each
    drill_give_up(actor=OPERATOR, number=drill.pk)
    theatre.until_over(drill)
    for each in everything[:3]:
        assert TELLS.search(api.get(each).text), each


def test_two_runs_are_compared_only_when_both_are_told(drill: GameDay) -> None:
    with pytest.raises(Conflict, match="is a drill"):
        comparison(drill, drill)


def test_the_right_diagnosis_rolls_it_back_and_passes(
    theatre: Theatre, drill: GameDay
) -> None:
    assert diagnose(theatre, drill, {**RIGHT, "amount": "low"})
    theatre.until_over(drill)
    assert (drill.state, drill.verdict, drill.end_reason) == (
        "stopped",
        "passed",
        "found",
    )
    assert not FaultPlan.objects.get().enabled
    assert not FaultPeriod.objects.get().concealed
    assert game_day_json(drill)["seed"] == SEED
    result = drill_result(drill)
    assert result.truth == Diagnosis("errors", "high", "all")
    assert not result.judgements[-1].amount
    assert 0.6 < result.points.total < 0.85
    assert drills_over() == [drill]
    assert drill_now() is None


def test_a_wrong_diagnosis_changes_nothing_and_costs_time(
    theatre: Theatre, drill: GameDay
) -> None:
    assert not diagnose(theatre, drill, WRONG)
    with pytest.raises(Conflict, match="look again for 20 s"):
        diagnose(theatre, drill, RIGHT)
    assert FaultPlan.objects.get().enabled
    theatre.seconds(WAIT)
    assert diagnose(theatre, drill, RIGHT)
    assert [each.right for each in attempts(drill)] == [False, True]


def test_it_has_failed_when_the_time_is_up(theatre: Theatre) -> None:
    short = drill_scenario(
        SEED, limit=20, alerts=(rule.name for rule in catalogue().rules)
    )
    drill = theatre.until_over(theatre.start(short, seed=SEED, drill=True))
    assert (drill.state, drill.verdict) == ("finished", "failed")
    assert drill_result(drill).seconds == pytest.approx(20, abs=2)
    assert not FaultPeriod.objects.get().concealed


def test_giving_up_tells_it_and_fails(theatre: Theatre, drill: GameDay) -> None:
    drill_give_up(actor=OPERATOR, number=drill.pk)
    theatre.until_over(drill)
    assert (drill.verdict, drill_result(drill).points.total) == ("failed", 0)
    with pytest.raises(Conflict, match="over already"):
        diagnose(theatre, drill, RIGHT)


def test_one_that_waits_for_an_approval_says_so(
    theatre: Theatre, settings: Settings
) -> None:
    settings.CHAOS_APPROVAL_ABOVE = 0.0
    row = drill_start(actor=OPERATOR, seed=SEED, by=theatre.clock)
    assert (row.state, drill_now()) == ("waiting", row)
    with pytest.raises(Conflict, match="another operator's approval"):
        diagnose(theatre, row, RIGHT)


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5, 6])
def test_whether_it_has_to_be_approved_tells_nothing(
    settings: Settings, seed: int
) -> None:
    settings.CHAOS_APPROVAL_ABOVE = 0.2
    theatre = Theatre(rate=10)
    drill = drill_start(actor=OPERATOR, seed=seed, by=theatre.clock)
    assert drill.state == "waiting"
    drill_give_up(actor=OPERATOR, number=drill.pk)
    drill.refresh_from_db()
    assert (drill.state, drill.verdict, drill.settled) == ("stopped", None, True)


def test_ending_the_faults_ends_the_drill(theatre: Theatre, drill: GameDay) -> None:
    plan_disable(actor=OPERATOR)
    theatre.until_over(drill)
    assert drill.state != "running"
    assert game_day_json(drill)["seed"] == SEED


def test_what_is_asked_is_checked(theatre: Theatre, drill: GameDay) -> None:
    with pytest.raises(FieldsInvalid):
        diagnose(theatre, drill, {"what": "gremlins"})
    with pytest.raises(NotFound):
        drill_give_up(actor=OPERATOR, number=drill.pk + 1)
    with pytest.raises(PermissionRefused):
        drill_give_up(actor=Actor("vic", "viewer"), number=drill.pk)
    with pytest.raises(FieldsInvalid):
        drill_start(actor=OPERATOR, limit=7)
    with pytest.raises(Conflict):
        drill_start(actor=OPERATOR, by=theatre.clock)
