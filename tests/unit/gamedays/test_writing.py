from __future__ import annotations

import json

from hypothesis import given, settings

from sre_console.gamedays.scenarios.reading import scenario_from, scenario_read
from sre_console.gamedays.scenarios.scenario import Scenario
from sre_console.gamedays.scenarios.writing import scenario_document, scenario_yaml
from tests.unit.gamedays.scenarios import SMALL, scenarios


@settings(max_examples=25, deadline=None)
@given(scenarios())
def test_a_scenario_comes_back_from_its_document(scenario: Scenario) -> None:
    document = json.loads(json.dumps(scenario_document(scenario)))
    assert scenario_from(document) == scenario


@settings(max_examples=10, deadline=None)
@given(scenarios())
def test_a_scenario_comes_back_from_its_yaml_and_json(scenario: Scenario) -> None:
    assert scenario_read(scenario_yaml(scenario), "it.yaml") == scenario
    document = scenario_document(scenario)
    for indent in (None, "\t"):
        for ascii_only in (True, False):
            text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
            assert scenario_read(text, "it.json") == scenario


def test_a_document_is_always_the_same_and_says_nothing_usual() -> None:
    document = scenario_document(scenario_read(SMALL, "small.yaml"))
    assert document == {
        "apiVersion": "ironclad/v1",
        "kind": "Scenario",
        "metadata": {"name": "small", "title": "Small"},
        "spec": {
            "clock": "slo",
            "hypothesis": "Nothing happens.",
            "onInterruption": "rollback",
            "steps": [
                {
                    "title": "Errors",
                    "fault": {"errorRate": 0.01},
                    "for": "1h",
                    "checks": [
                        {
                            "title": "Nobody is paged",
                            "always": {
                                "alert": "ErrorBudgetBurn1h",
                                "slo": "availability",
                                "is": "quiet",
                            },
                        }
                    ],
                }
            ],
        },
    }
    assert scenario_document(scenario_from(document)) == document
