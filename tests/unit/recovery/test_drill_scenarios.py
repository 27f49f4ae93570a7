"""The disasters that are drilled."""

from __future__ import annotations

import pytest

from sre_console.recovery.drills.scenario import Scenario, scenario_read
from sre_console.recovery.drills.scenarios import SCENARIOS

every = pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)


def test_there_are_five() -> None:
    assert list(SCENARIOS) == [
        "volume-lost", "table-dropped", "bad-migration", "region-lost",
        "credentials-lost",
    ]  # fmt: skip


@every
def test_its_steps_have_keys_of_their_own(scenario: Scenario) -> None:
    keys = [step.key for step in scenario.steps]
    assert len(set(keys)) == len(keys)


@every
def test_one_step_begins_the_outage_and_a_later_one_ends_it(scenario: Scenario) -> None:
    marks = [step.marks for step in scenario.steps if step.marks]
    assert marks == ["struck", "served", "loss"]
    assert scenario.marking("served").required


@every
def test_what_is_kept_of_it_reads_as_it_was(scenario: Scenario) -> None:
    kept = {**scenario.document(), "promised": {}}
    assert scenario_read(kept) == scenario
