from __future__ import annotations

from collections import Counter

import pytest

from sre_console.chaos.faults.registry import known
from sre_console.chaos.plan import METHODS, FaultSpec
from sre_console.gamedays.drill.pick import AMOUNTS, BOUNDS, KINDS, Diagnosis, picked
from sre_console.gamedays.drill.scenario import LIMITS, NAME, drill_scenario

SEEDS = range(2000)


def test_the_same_seed_hides_the_same_fault() -> None:
    assert [picked(seed) for seed in SEEDS] == [picked(seed) for seed in SEEDS]


def test_every_kind_of_the_table_is_drawn_about_as_often() -> None:
    drawn = Counter(Diagnosis.of(picked(seed)) for seed in SEEDS)
    assert {each.what for each in drawn} == set(BOUNDS)
    assert {each.which for each in drawn} == {"all", "some", "GET", "POST", "DELETE"}
    assert {each.amount for each in drawn} == set(AMOUNTS)
    assert min(drawn.values()) > len(SEEDS) / len(KINDS) / 20


def test_every_fault_is_within_the_bounds_of_a_plan_and_of_one_kind() -> None:
    for spec in {picked(seed) for seed in SEEDS}:
        assert spec.active
        on = [fault.id for fault in known() if getattr(spec, fault.switch) > 0]
        assert len(on) == 1
        for fault in known():
            for bounds in fault.bounds:
                assert bounds.read(getattr(spec, bounds.attribute)) is not None
        assert set(spec.methods) <= set(METHODS)


def test_none_is_on_a_bound_between_two_amounts() -> None:
    for spec in {picked(seed) for seed in SEEDS}:
        sizes = {getattr(spec, fault.switch) for fault in known()} - {0}
        assert not sizes & set(BOUNDS[Diagnosis.of(spec).what])


@pytest.mark.parametrize(
    ("spec", "truth"),
    [
        (FaultSpec(error_rate=0.02), ("errors", "low", "all")),
        (FaultSpec(error_rate=0.25), ("errors", "high", "all")),
        (FaultSpec(error_rate=1, methods=("POST",)), ("errors", "high", "POST")),
        (FaultSpec(latency_ms=600), ("latency", "middle", "all")),
        (FaultSpec(latency_ms=600, latency_rate=0.2), ("latency", "middle", "some")),
        (FaultSpec(dependency_error_rate=0.3), ("dependency-errors", "low", "all")),
        (
            FaultSpec(dependency_latency_ms=1000),
            ("dependency-latency", "high", "all"),
        ),
    ],
)
def test_the_truth_about_a_fault(spec: FaultSpec, truth: tuple[str, str, str]) -> None:
    assert Diagnosis.of(spec) == Diagnosis(*truth)  # type: ignore[arg-type]


def test_a_drill_is_a_scenario_whose_every_alert_is_expected() -> None:
    found = drill_scenario(7, limit=LIMITS[1], alerts=("A", "B", "A"))
    assert (found.name, found.clock, found.injects) == (NAME, "wall", True)
    assert found.longest(scale=60) == LIMITS[1]
    assert found.expected("B", "availability")
    assert [step.fault for step in found.steps] == [picked(7)]
