"""The scenarios that ship say what this installation knows, and their figures are the formulas'."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

import pytest

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.forecast.counting import Stage
from sre_console.gamedays.forecast.effect import Defences, effect_of
from sre_console.gamedays.forecast.staging import Setting, Staging
from sre_console.gamedays.scenarios.known import Known
from sre_console.gamedays.scenarios.names import known_here
from sre_console.gamedays.scenarios.probes import AlertProbe, Probe
from sre_console.gamedays.scenarios.reading import scenario_from, scenario_read
from sre_console.gamedays.scenarios.scenario import Scenario
from sre_console.gamedays.scenarios.writing import scenario_document, scenario_yaml
from tests.unit.gamedays.foretold import (
    CATALOGUE,
    FULL,
    OBJECTIVES,
    PERIOD,
    RATE,
    K,
    foretold,
)

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "deploy/scenarios").glob("*.yaml"))
NAMES = [path.stem for path in FILES]
SEEN = 2.5  # seconds until an alert is visible, and the next look


def shipped(name: str, known: Known | None = None) -> Scenario:
    path = ROOT / f"deploy/scenarios/{name}.yaml"
    return scenario_read(path.read_text("utf-8"), path.name, known=known)


def test_five_scenarios_ship() -> None:
    assert NAMES == [
        "circuit-breaker",
        "combined-stress",
        "error-budget",
        "latency",
        "progressive-errors",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_read_with_the_names_there_are(name: str) -> None:
    scenario = shipped(name, known_here())
    assert scenario.name == name
    assert scenario_from(scenario_document(scenario)) == scenario
    assert scenario_read(scenario_yaml(scenario), name) == scenario


@pytest.mark.parametrize("name", NAMES)
def test_its_texts_are_in_english_and_spanish(name: str) -> None:
    scenario = shipped(name)
    texts = [scenario.title, scenario.hypothesis, scenario.description or {}]
    texts += [each.title for each in (*scenario.steady_state, *scenario.stop_when)]
    for step in scenario.steps:
        texts += [step.title, step.note or {}, *(check.title for check in step.checks)]
    for text in texts:
        same = set(text) == {"en"} and text["en"].endswith(" ms")
        assert same or set(text) == {"en", "es"}, text


@pytest.mark.parametrize("name", NAMES)
def test_it_ends_without_faults_and_limits_what_it_spends(name: str) -> None:
    scenario = shipped(name)
    ends = [step.fault for step in scenario.steps if step.fault is not None]
    assert not ends[-1].active
    assert scenario.guardrails.chaos_budget
    assert scenario.guardrails.floor is None


@pytest.mark.parametrize("name", NAMES)
def test_whatever_it_waits_for_to_fire_is_expected(name: str) -> None:
    scenario = shipped(name)
    probes: list[Probe | None] = [check.probe for check in scenario.checks]
    for probe in [*probes, *(step.wait for step in scenario.steps)]:
        if isinstance(probe, AlertProbe) and probe.state != "quiet":
            assert scenario.expected(probe.alert, probe.slo), probe


DEFENCES = Defences(
    slots=32, queue_wait=1, attempts=3, retry_base=1, retry_budget=0.1,
    breaker_failures=5, breaker_open=30,
)  # fmt: skip


def stages(scenario: Scenario) -> list[Stage]:
    """With a whole budget, and the patterns as they are set out of the box."""
    effect = partial(effect_of, objectives=OBJECTIVES, defences=DEFENCES)
    setting = Setting(
        history=FULL,
        rate=RATE,
        objectives=OBJECTIVES,
        catalogue=CATALOGUE,
        scale=K,
        speed=1,
        defences=DEFENCES,
        effect=effect,
        refused=effect(FaultSpec(dependency_error_rate=1)),
    )
    return Staging(scenario, setting).stages()


@pytest.mark.parametrize("name", NAMES)
def test_every_alert_that_is_foretold_is_expected(name: str) -> None:
    scenario = shipped(name)
    alerts = foretold(stages(scenario)).alerts
    assert alerts
    for alert in alerts:
        assert scenario.expected(alert.name, alert.slo), alert


@pytest.mark.parametrize("name", NAMES)
def test_every_check_of_an_alert_passes_as_foretold(name: str) -> None:
    scenario = shipped(name)
    made = stages(scenario)
    alerts = foretold(made).alerts
    for index, step in enumerate(scenario.steps):
        for check in step.checks:
            probe = check.probe
            if not isinstance(probe, AlertProbe):
                continue
            within = [stage for stage in made if stage.index == index]
            begins, ends = within[0].begins, within[-1].ends
            until = ends
            if check.within is not None:
                until = begins + scenario.wall(check.within, scale=K)
            spans = [
                (each.fires_after, each.clears_after or math.inf)
                for each in alerts
                if each.name == probe.alert and probe.slo in {None, each.slo}
            ]
            said = f"{name} {check.id} {check.title['en']}"
            if check.mode == "always":
                assert probe.state == "quiet"
                assert not any(a < ends and z > begins for a, z in spans), said
            elif probe.state == "firing":
                at = ends - SEEN if check.mode == "atEnd" else until - SEEN
                assert any(a <= at and z > begins for a, z in spans), said
                if check.mode == "atEnd":
                    assert any(a <= at and z > ends for a, z in spans), said
            else:
                assert not any(a <= until and z > until - SEEN for a, z in spans), said


@pytest.mark.parametrize("name", NAMES)
def test_it_spends_a_little_less_than_its_guardrail(name: str) -> None:
    scenario = shipped(name)
    spent = max(foretold(stages(scenario)).spent.values())
    assert scenario.guardrails.chaos_budget is not None
    assert spent * 1.05 < scenario.guardrails.chaos_budget < spent * 1.5 + 0.01


def bad_events(scenario: Scenario, b: float) -> tuple[float, float]:
    """Bad requests of its fixed steps, and their share of the whole budget."""
    bad = sum(
        step.fault.error_rate * RATE * scenario.wall(step.seconds, scale=K)
        for step in scenario.steps
        if step.fault
    )
    return bad, bad / (b * RATE * PERIOD)


def test_progressive_errors_costs_330_requests() -> None:
    bad, share = bad_events(shipped("progressive-errors"), 0.001)
    assert round(bad, 6) == 330
    assert round(share, 4) == 0.1528


def test_combined_stress_costs_what_it_says() -> None:
    bad, share = bad_events(shipped("combined-stress"), 0.001)
    assert (round(bad, 6), round(share, 3)) == (510, 0.236)
