"""A drill's steps are its runbook's headings."""

from __future__ import annotations

import re

import pytest

from sre_console.incidents.runbooks import runbook
from sre_console.pages.disaster_drill_models import runbook_parts
from sre_console.recovery.drills.scenario import Scenario
from sre_console.recovery.drills.scenarios import SCENARIOS

every = pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)


@every
def test_each_step_is_a_heading_of_the_runbook_in_the_same_order(
    scenario: Scenario,
) -> None:
    headings = re.findall(r"^### (.+)$", runbook(scenario.runbook).text, re.MULTILINE)
    assert headings == [step.title for step in scenario.steps]


@every
def test_what_stands_below_a_heading_is_shown_beside_the_step(
    scenario: Scenario,
) -> None:
    parts = runbook_parts(scenario.runbook)
    assert list(parts) == [step.title for step in scenario.steps]
    assert all(len(part) > 40 for part in parts.values())
    assert all("<h2" not in part and "<h3" not in part for part in parts.values())


def test_a_hash_in_a_command_is_no_heading() -> None:
    assert (
        "manage.py restore --latest"
        in runbook_parts("volume-lost")["Restore into a new cluster"]
    )
