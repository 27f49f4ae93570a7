"""The scenarios that ship say what this installation knows, and their figures are the formulas'."""

from __future__ import annotations

from pathlib import Path

import pytest

from sre_console.gamedays.known import Known
from sre_console.gamedays.names import known_here
from sre_console.gamedays.probes import AlertProbe, Probe
from sre_console.gamedays.reading import scenario_from, scenario_read
from sre_console.gamedays.scenario import Scenario
from sre_console.gamedays.writing import scenario_document, scenario_yaml
from sre_console.slo.budget import fires_after, fires_after_paced

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "deploy/scenarios").glob("*.yaml"))
NAMES = [path.stem for path in FILES]
SCALE, RATE, PERIOD = 60, 50, 30 * 86_400


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


def bad_events(scenario: Scenario, b: float) -> tuple[float, float]:
    """Bad requests of its fixed steps, and their share of the whole budget."""
    bad = sum(
        step.fault.error_rate * RATE * scenario.wall(step.seconds, scale=SCALE)
        for step in scenario.steps
        if step.fault
    )
    return bad, bad / (b * RATE * PERIOD / SCALE)


def test_progressive_errors_costs_330_requests() -> None:
    bad, share = bad_events(shipped("progressive-errors"), 0.001)
    assert round(bad, 6) == 330
    assert round(share, 4) == 0.1528


def test_combined_stress_costs_what_it_says() -> None:
    bad, share = bad_events(shipped("combined-stress"), 0.001)
    assert (round(bad, 6), round(share, 3)) == (510, 0.236)


def within(name: str, step: int, check: int) -> float:
    """Wall seconds that a check gives its alert."""
    scenario = shipped(name)
    found = scenario.steps[step].checks[check]
    assert isinstance(found.probe, AlertProbe)
    assert found.probe.state == "firing"
    asked = found.within or scenario.steps[step].longest
    return scenario.wall(asked, scale=SCALE)


SEEN = 2.5  # seconds until an alert is visible, and the next look


def test_the_pages_of_errors_come_in_time() -> None:
    # the hour before burned at 10: 10 + (30 - 10) t / W > 14.4
    assert 60 * 4.4 / 20 + SEEN < within("progressive-errors", 1, 0) < 60 * 42 / 60
    paced = fires_after_paced(0.03, 14.4, 0.001, RATE, 3600, SCALE)
    assert paced is not None
    assert paced + SEEN < within("combined-stress", 0, 0)
    paced = fires_after_paced(0.07, 14.4, 0.001, RATE, 3600, SCALE)
    assert paced is not None
    assert paced + SEEN < within("error-budget", 0, 0)


def test_the_pages_of_latency_come_in_time() -> None:
    fires = fires_after(20, 14.4, 60)
    assert fires is not None
    assert fires + 0.7 + SEEN < within("latency", 2, 1)
    assert fires + 1 + SEEN < within("combined-stress", 1, 2)


def test_threshold_alerts_come_in_time() -> None:
    # a share of 5 % of five seconds, which then has to hold for five more
    hold = 5 + SEEN
    assert within("progressive-errors", 2, 0) > 5 * 0.02 / 0.04 + hold
    assert within("latency", 2, 0) > 5 * 0.05 + 0.7 + hold
    assert within("combined-stress", 1, 0) > 5 * 0.02 / 0.12 + 1 + hold
    assert within("combined-stress", 1, 1) > 5 * 0.05 + 1 + hold
