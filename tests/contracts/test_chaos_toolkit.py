"""Experiments in the Chaos Toolkit's format are read as they are, but for their address."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.chaos_toolkit.reading import Imported, chaos_toolkit_read
from sre_console.gamedays.chaos_toolkit.writing import chaos_toolkit_written
from sre_console.gamedays.scenarios.names import known_here
from sre_console.gamedays.scenarios.probes import HttpCall, HttpProbe, Tolerance
from sre_console.gamedays.scenarios.problems import ScenarioInvalid
from sre_console.gamedays.scenarios.reading import scenario_from
from sre_console.gamedays.scenarios.scenario import Scenario
from sre_console.gamedays.scenarios.tree import tree_read
from sre_console.gamedays.scenarios.writing import scenario_document
from tests.contracts.test_scenario_schema import changed_somewhere
from tests.contracts.test_scenarios import NAMES, shipped
from tests.unit.gamedays.foretold import K

FOLDER = Path(__file__).parent / "chaos_toolkit"
BASE = ["http://127.0.0.1:8080", "https://ironclad.example.org"]


def imported(name: str) -> Imported:
    path = FOLDER / name
    return chaos_toolkit_read(
        path.read_text("utf-8"), name, base=BASE, known=known_here()
    )


def faults_and_holds(scenario: Scenario) -> list[tuple[FaultSpec | None, float]]:
    return [(step.fault, step.seconds) for step in scenario.steps]


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_an_experiment_is_a_scenario(path: Path) -> None:
    scenario = imported(path.name).scenario
    assert scenario.clock == "wall"
    assert scenario.expected("HighErrorRate", None)
    assert scenario_from(scenario_document(scenario), known=known_here()) == scenario


def test_faults_pauses_and_references_become_steps_and_checks() -> None:
    found = imported("errors-are-noticed.json")
    scenario = found.scenario
    assert scenario.name == "do-we-notice-when-a-few-requests-fail"
    assert scenario.hypothesis == {"en": "The service answers"}
    assert [each.probe for each in scenario.steady_state] == [
        HttpProbe(HttpCall("/health", timeout=3)),
        HttpProbe(HttpCall("/api/users?limit=1", statuses=(200, 401), timeout=5)),
    ]
    assert faults_and_holds(scenario) == [
        (FaultSpec(0.03), 30.0),
        (None, 5.0),
        (FaultSpec(0.03, latency_ms=400), 10.0),
    ]
    assert [check.title["en"] for check in scenario.checks] == ["service-is-healthy"]
    assert scenario.rollbacks == ()
    assert found.notes == (
        "line 5: tags is not kept",
        "line 6: contributions is not kept",
        "line 28: users-are-listed: verify_tls is not kept",
        "Authorization is not kept anywhere: a run sends no credentials",
        "line 52: slow-them-down-as-well: it is done in its turn, not in the background",
        "line 58: end-the-faults: left out: all faults have ended before the rollbacks",
        "every alert is expected: name those it may raise",
    )


def test_what_is_tolerated_is_judged() -> None:
    scenario = imported("database-is-lost.yaml").scenario
    assert [each.probe for each in scenario.steady_state] == [
        HttpProbe(HttpCall("/health", tolerance=Tolerance("jsonpath", "$.data.status", ("healthy",)))),
        HttpProbe(HttpCall("/metrics", tolerance=Tolerance("regex", 'http_requests_total\\{.*status="2[0-9]{2}"'))),
        HttpProbe(HttpCall("/livez", statuses=(200, 201, 202, 203, 204))),
    ]  # fmt: skip
    assert faults_and_holds(scenario) == [
        (FaultSpec(dependency_error_rate=1), 60.0),
        (FaultSpec(), 45.0),
    ]


def test_other_requests_are_actions() -> None:
    scenario = imported("sign-up-under-load.json").scenario
    assert scenario.hypothesis == {"en": "People can sign up while answers are slow"}
    assert scenario.steps[1].action == HttpCall(
        "/api/users",
        "POST",
        {"Accept": "application/json"},
        {"name": "Ada", "email": "ada@example.org"},
        (201,),
        2,
    )
    assert scenario.checks[0].probe == HttpProbe(
        HttpCall(
            "/api/users?search=ada",
            tolerance=Tolerance("jsonpath", "$.data[*].email", ("ada@example.org",)),
        )
    )


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_comes_back_with_its_faults_and_holds(name: str) -> None:
    scenario = shipped(name)
    written = chaos_toolkit_written(scenario, "http://127.0.0.1:8080/", scale=K)
    back = chaos_toolkit_read(json.dumps(written), name, base=BASE, known=known_here())
    expected = [
        (step.fault, scenario.wall(step.longest, scale=K)) for step in scenario.steps
    ]
    assert faults_and_holds(back.scenario) == expected
    assert back.scenario.expects == scenario.expects
    assert back.scenario.guardrails == scenario.guardrails
    told = {(c.id.partition(".")[0], c.probe) for c in back.scenario.checks}
    probes = {(c.id.partition(".")[0], c.probe) for c in scenario.checks}
    assert len(told & probes) >= len(probes) / 2


EXPERIMENTS = [tree_read(p.read_text("utf-8"), p.name).plain() for p in sorted(FOLDER.iterdir())]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(changed_somewhere(EXPERIMENTS))
def test_any_experiment_is_read_or_refused(experiment: Any) -> None:
    with suppress(ScenarioInvalid):
        chaos_toolkit_read(json.dumps(experiment, indent=1), "it.json", base=BASE)
