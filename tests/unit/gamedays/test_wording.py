"""A line of the record says what its detail adds to its kind."""

from __future__ import annotations

from typing import Any

import pytest

from sre_console.chaos.plan import FaultSpec
from sre_console.chaos.rows import fields_of
from sre_console.gamedays.scenarios.scenario import Ramp, Step
from sre_console.gamedays.telling.wording import (
    end_words,
    fault_words,
    mode_words,
    step_faults,
    told,
)

TITLES = {"1.1": "Page within 30 min"}


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ({}, ""),
        ({"check": "1.1", "got": "firing"}, "Page within 30 min: firing"),
        ({"check": "9.9", "got": ""}, "9.9"),
        ({"alert": "HighErrorRate", "slo": None}, "HighErrorRate"),
        ({"alert": "ErrorBudgetBurn1h", "slo": "latency"}, "ErrorBudgetBurn1h (latency)"),
        ({"breaker": "database", "state": "half_open"}, "database: half-open"),
        ({"version": 3, "fault": fields_of(FaultSpec(error_rate=0.03))}, "3 % errors"),
        ({"version": 3, "fault": {}}, ""),
        ({"version": 3, "fault": {"error_rate": "x"}}, ""),
        ({"kind": "operator", "reason": "Lunch"}, "a person stopped it: Lunch"),
        ({"guardrail": "guardrail:floor"}, "too little of an error budget was left"),
        ({"title": {"en": "Warm up"}, "got": "200"}, "Warm up: 200"),
        ({"seconds": 7.5}, "7.5 s"),
        ({"state": "skipped"}, "left off"),
        ({"state": "done"}, ""),
        ({"verdict": "passed"}, "passed"),
    ],
)  # fmt: skip
def test_it_says_what_the_detail_adds(detail: dict[str, Any], said: str) -> None:
    assert told(detail, TITLES) == said


def test_a_plan_of_several_faults_names_each() -> None:
    spec = FaultSpec(error_rate=0.05, latency_ms=400)
    assert fault_words(spec) == "5 % errors, 400 ms of latency"
    assert fault_words(FaultSpec()) == "no fault"


def test_a_ramp_is_told_by_its_ends() -> None:
    ramp = Ramp(FaultSpec(error_rate=0.01), FaultSpec(error_rate=0.07), 6)
    assert step_faults(Step({"en": "Up"}, ramp=ramp)) == "from 1 % errors to 7 % errors"


def test_a_guardrail_that_is_new_is_still_one() -> None:
    assert end_words("guardrail:other") == "a guardrail stopped it"


@pytest.mark.parametrize(
    ("within", "written", "said"),
    [
        (None, None, "before the step ends"),
        (30, 30, "within 30 s"),
        (30, 1800, "within 30 s (30 min in the scenario)"),
    ],
)
def test_a_deadline_is_told_on_both_clocks(
    within: float | None, written: float | None, said: str
) -> None:
    assert mode_words("eventually", within, written) == said
