"""The score counts the checks of the steps by weight; the verdict asks for everything."""

from __future__ import annotations

import pytest

from sre_console.gamedays.course.course import CheckState, Standing
from sre_console.gamedays.outcome.scoring import scored, verdict
from sre_console.gamedays.scenarios.probes import AlertProbe
from sre_console.gamedays.scenarios.scenario import Check, Scenario, Step

QUIET = AlertProbe("ErrorBudgetBurn1h", "quiet")


def scenario(*weights: float) -> Scenario:
    checks = tuple(
        Check(f"0.{i}", {"en": f"Check {i}"}, "atEnd", QUIET, weight)
        for i, weight in enumerate(weights)
    )
    step = Step({"en": "One"}, checks=checks)
    return Scenario("one", {"en": "One"}, {"en": "It holds."}, (step,))


def standings(*states: CheckState, steady: CheckState = "passed") -> list[Standing]:
    found = [Standing(f"0.{i}", 0, state) for i, state in enumerate(states)]
    return [Standing("steadyState.0", "steadyState", steady), *found]


def test_a_heavier_check_counts_for_more() -> None:
    score = scored(scenario(3, 1), standings("passed", "failed"))
    assert (score.ratio, score.passed, score.failed) == (0.75, 1, 1)


@pytest.mark.parametrize("state", ["not_reached", "to_come", "watching"])
def test_a_check_that_was_not_reached_has_not_passed(state: CheckState) -> None:
    score = scored(scenario(1, 1), standings("passed", state))
    assert (score.ratio, score.not_reached) == (0.5, 1)


def test_a_check_that_nothing_is_known_of_was_not_reached() -> None:
    score = scored(scenario(1, 1), standings("passed"))
    assert (score.ratio, score.not_reached) == (0.5, 1)


def test_a_steady_state_is_no_part_of_the_score() -> None:
    assert scored(scenario(1), standings("passed", steady="failed")).ratio == 1


@pytest.mark.parametrize("id_", ["0.wait", "0.action"])
def test_what_a_step_waits_or_asks_for_counts_as_one(id_: str) -> None:
    waited = [*standings("passed"), Standing(id_, 0, "failed")]
    assert scored(scenario(3), waited).ratio == 0.75


def test_without_checks_there_is_no_score() -> None:
    assert scored(scenario(), standings()).ratio is None


def test_a_run_that_finished_passes_with_every_check() -> None:
    given = standings("passed", "passed")
    assert verdict(given, end_kind="") == "passed"


@pytest.mark.parametrize(
    "given",
    [
        standings("passed", "failed"),
        standings("passed", "not_reached"),
        standings("passed", "passed", steady="failed"),
    ],
)
def test_one_that_did_not_pass_fails_the_run(given: list[Standing]) -> None:
    assert verdict(given, end_kind="") == "failed"


@pytest.mark.parametrize(
    "kind", ["guardrail:chaos-budget", "condition", "wait", "interrupted", "error"]
)
def test_what_ended_before_its_time_has_failed(kind: str) -> None:
    assert verdict(standings("passed"), end_kind=kind) == "failed"


def test_what_a_person_ended_has_no_verdict() -> None:
    assert verdict(standings("failed"), end_kind="operator") is None
