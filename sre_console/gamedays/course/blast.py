"""How many of the requests a scenario reaches at its worst. Pure."""

from __future__ import annotations

from sre_console.chaos.blast import touched
from sre_console.gamedays.scenarios.scenario import Scenario


def blast_radius(scenario: Scenario) -> float:
    """The largest share of the targeted requests that one of its faults touches, 0..1."""
    return max((touched(spec) for spec in scenario.faults()), default=0.0)
