"""The guide of scenario files: its examples are read, and it tells of every field."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from sre_console.gamedays.scenarios.names import known_here
from sre_console.gamedays.scenarios.problems import ScenarioInvalid
from sre_console.gamedays.scenarios.reading import scenario_read
from tests.unit.gamedays.scenarios import SMALL, with_probe, with_step

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/guide/scenarios.md").read_text("utf-8")
WHOLE, PROBES, STEPS = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)  # fmt: skip


def test_its_scenario_is_read() -> None:
    scenario = scenario_read(WHOLE, "guide", known=known_here())
    assert [step.kind for step in scenario.steps] == ["ramp", "fault", "fault", "wait"]


@pytest.mark.parametrize("probe", PROBES.splitlines())
def test_its_probes_are_read(probe: str) -> None:
    if "since: step" in probe:  # which only a step has
        probe = f"checks: [{{title: A, atEnd: {probe}}}]"
        scenario_read(with_step(probe), "guide", known=known_here())
    else:
        scenario_read(with_probe(probe), "guide", known=known_here())


def test_its_steps_are_read() -> None:
    steps = "".join(f"    {line}\n" for line in STEPS.splitlines())
    assert len(scenario_read(SMALL + steps, "guide").steps) == 5


def test_its_mistakes_are_told_so() -> None:
    text = WHOLE.replace("hypothesis", "hypotesis").replace("0.03}\n", "3}\n")
    with pytest.raises(ScenarioInvalid) as refused:
        scenario_read(text, "mine.yaml")
    said = [str(problem) for problem in refused.value.problems]
    for line in re.findall(r"^mine\.yaml:\d+:\d+: (.*)$", GUIDE, re.MULTILINE):
        assert re.sub(r"\d", "1", line) in [re.sub(r"\d", "1", each) for each in said]


def fields(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return {name for each in schema for name in fields(each)}
    if not isinstance(schema, dict):
        return set()
    found = {name for each in schema.values() for name in fields(each)}
    properties = schema.get("properties")
    return found | {*properties} if isinstance(properties, dict) else found


def test_it_tells_of_every_field() -> None:
    schema = (ROOT / "deploy/scenarios/scenario.schema.json").read_text("utf-8")
    words = set(re.findall(r"[A-Za-z]+", GUIDE))
    assert sorted(fields(json.loads(schema)) - words) == []


def test_it_tells_of_every_shipped_scenario_by_its_folder() -> None:
    assert len([*(ROOT / "deploy/scenarios").glob("*.yaml")]) == 5
    assert "Five\nship in `deploy/scenarios`" in GUIDE
