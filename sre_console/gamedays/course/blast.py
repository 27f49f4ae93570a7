"""How many of the requests a scenario reaches at its worst. Pure."""

from __future__ import annotations

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.scenarios.scenario import Scenario


def blast_radius(scenario: Scenario) -> float:
    """The largest share of the targeted requests that one of its faults touches, 0..1."""
    return max((touched(spec) for spec in scenario.faults()), default=0.0)


def touched(spec: FaultSpec) -> float:
    """The share of requests that is failed or delayed; independent faults add up."""
    delayed = spec.latency_rate if spec.latency_ms else 0.0
    behind = 1.0 if spec.dependency_latency_ms else spec.dependency_error_rate
    return 1 - (1 - spec.error_rate) * (1 - delayed) * (1 - behind)
