"""The schema for editors: it takes what the reader takes, and refuses nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sre_console.chaos.faults.registry import known
from sre_console.chaos.plan import METHODS
from sre_console.gamedays.scenarios.fault_reading import fault_names
from sre_console.gamedays.scenarios.probe_reading import STATUSES
from sre_console.gamedays.scenarios.probes import MEASURES
from sre_console.gamedays.scenarios.problems import ScenarioInvalid
from sre_console.gamedays.scenarios.reading import scenario_read
from sre_console.gamedays.scenarios.scenario import Scenario
from sre_console.gamedays.scenarios.tree import tree_read
from sre_console.gamedays.scenarios.writing import scenario_document
from sre_console.slo.windows import WINDOWS
from tests.unit.gamedays.scenarios import SMALL, scenarios
from tests.unit.gamedays.test_reading import FULL

FOLDER = Path(__file__).parents[2] / "deploy/scenarios"
SCHEMA = json.loads((FOLDER / "scenario.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
TEXTS = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.yaml"))}
TEXTS |= {"small": SMALL, "full": FULL}


def document(name: str) -> Any:
    return tree_read(TEXTS[name], name).plain()


def test_it_is_a_schema_of_2020_12() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", [*TEXTS])
def test_it_takes_a_scenario_that_is_right(name: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(document(name))] == []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)  # fmt: skip
def test_a_file_tells_its_editor_of_the_schema(path: Path) -> None:
    first = path.read_text("utf-8").partition("\n")[0]
    assert first == "# yaml-language-server: $schema=scenario.schema.json"


@settings(max_examples=15, deadline=None)
@given(scenarios())
def test_it_takes_whatever_is_written(scenario: Scenario) -> None:
    assert VALIDATOR.is_valid(scenario_document(scenario))


def test_its_names_and_bounds_are_those_of_the_code() -> None:
    faults = SCHEMA["$defs"]["faults"]["properties"]
    assert {*faults} == {*fault_names()}
    for bounds in (bounds for fault in known() for bounds in fault.bounds):
        kind = "integer" if bounds.whole else "number"
        said = {name: faults[bounds.name][name] for name in ("type", "minimum", "maximum")}  # fmt: skip
        assert said == {"type": kind, "minimum": 0, "maximum": bounds.most}
    figure = SCHEMA["$defs"]["probe"]["anyOf"][1]["properties"]
    assert figure["window"]["enum"] == [*WINDOWS]
    assert figure["measure"]["enum"] == [*MEASURES]
    status = SCHEMA["$defs"]["probe"]["anyOf"][2]["properties"]["status"]
    assert status["items"]["enum"] == [*STATUSES]
    assert SCHEMA["$defs"]["action"]["properties"]["method"]["enum"] == [*METHODS]


def test_every_field_is_described_or_told_by_its_kind() -> None:
    for name in ("spec", "step", "rollback", "faults"):
        for field, inner in SCHEMA["$defs"][name]["properties"].items():
            told = "description" in inner or field in {"expects", "steps"}
            assert told, f"{name}.{field}"


def places(value: object) -> Iterator[tuple[Any, Any]]:
    """Every container of the document with each of its keys."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield value, key
            yield from places(inner)
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield value, index
            yield from places(inner)


words = sorted(
    {str(key) for name in TEXTS for _, key in places(document(name))}
    | {str(box[key]) for name in TEXTS for box, key in places(document(name)) if not isinstance(box[key], dict | list)}
)  # fmt: skip
scalars = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, -1, 1, 2, 0.5, 1.0, 100.0, 1e9, 1e300, 10**30, "", " ", " a ", "a" * 201, "0s", "1h", "none", "a\tb", "é"])
    | st.sampled_from(words)
)  # fmt: skip
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from([*words, "x"]), inner, max_size=3)
    ),
    max_leaves=4,
)


@st.composite
def changed_somewhere(draw: st.DrawFn, documents: list[Any]) -> Any:
    """One of the documents with up to three things changed in it."""
    changed = deepcopy(draw(st.sampled_from(documents)))
    for _ in range(draw(st.integers(1, 3))):
        every = [*places(changed)]
        if not every:
            break
        box, key = draw(st.sampled_from(every))
        match draw(st.sampled_from(["replace", "drop", "add", "twice"])):
            case "replace":
                box[key] = draw(anything)
            case "drop":
                del box[key]
            case "add" if isinstance(box, dict):
                box[draw(st.sampled_from(words))] = draw(anything)
            case _ if isinstance(box, list):
                box.append(box[key])
            case _:
                box[key] = [box[key]]
    return changed


@settings(max_examples=150, deadline=None)
@given(changed_somewhere([document("small"), document("full")]))
def test_what_it_refuses_the_reader_refuses_with_a_line(mutant: Any) -> None:
    text = json.dumps(mutant, indent=1)
    refused: ScenarioInvalid | None = None
    try:
        scenario_read(text, "mutant.json")
    except ScenarioInvalid as invalid:
        refused = invalid
    if refused is not None:
        lines = text.count("\n") + 1
        assert refused.problems
        assert all(1 <= problem.line <= lines for problem in refused.problems)
    elif not VALIDATOR.is_valid(mutant):
        told = [f"{e.json_path}: {e.message}" for e in VALIDATOR.iter_errors(mutant)]
        pytest.fail(f"the reader takes it: {told}")
