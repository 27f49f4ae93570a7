"""A game day in wall time, on a started server with the built-in traffic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sre_console.gamedays.scenarios.reading import scenario_read
from tests.acceptance.harness.processes import Server, Traffic
from tests.acceptance.harness.waiting import until

pytestmark = [
    pytest.mark.acceptance, pytest.mark.patient, pytest.mark.thorough,
    pytest.mark.timeout(240),
]  # fmt: skip
# The shipped one in steps of 20 minutes of SLO time. What fires when is said by the forecast; a
# busy machine may be slow as well.
QUICK = """
apiVersion: ironclad/v1
kind: Scenario
metadata: {name: quick, title: Progressive errors in steps of 20 s}
spec:
  hypothesis: The page catches 7 % and leaves 1 % alone.
  onInterruption: continue
  expects:
    alerts: [ErrorBudgetBurn1h, ErrorBudgetBurn6h, HighErrorRate, HighLatency]
  guardrails: {chaosBudget: 0.1}
  steps:
    - title: 1 % errors
      fault: {errorRate: 0.01}
      for: 20m
      checks:
        - {title: quiet, always: {alert: ErrorBudgetBurn1h, slo: availability, is: quiet}}
    - title: 3 % errors
      fault: {errorRate: 0.03}
      for: 20m
    - title: 7 % errors
      fault: {errorRate: 0.07}
      for: 20m
      checks:
        - title: paged
          eventually: {alert: ErrorBudgetBurn1h, slo: availability, is: firing}
    - title: recovered
      fault: none
      for: 5m
      checks:
        - title: counted
          atEnd: {slo: availability, measure: badEvents, near: 110, tolerance: 0.05}
"""


@pytest.fixture
def busy(server: Server) -> Iterator[Server]:
    """One with 50 requests a second, for as long as the forecast looks back."""
    with Traffic(server):
        server.post("/api/traffic", {"rate": 50})
        until(lambda: _traffic(server)["rate"] == 50, 30, "the traffic flows")
        # the slower start of the traffic is not looked back at any more
        until(lambda: _foretold_rate(server) == 50, 40, "the forecast assumes 50")
        yield server


def _traffic(server: Server) -> dict[str, Any]:
    data = server.get("/api/traffic")
    assert isinstance(data, dict)
    return data


def _foretold_rate(server: Server) -> float:
    told = server.post("/api/scenarios/latency/forecast")
    assert isinstance(told, dict)
    return float(told["forecast"]["rate"])


def _read(server: Server, number: int) -> dict[str, Any]:
    found = server.get(f"/api/game-days/{number}")
    assert isinstance(found, dict)
    return found


def test_progressive_errors_go_as_foretold(busy: Server) -> None:
    scenario_read(QUICK, "quick.yaml")
    put = busy.client.put(
        "/api/scenarios/quick",
        content=QUICK,
        headers={"Content-Type": "application/yaml"},
    )
    assert put.is_success, put.text
    started = busy.post("/api/game-days", {"scenario": "quick"})
    assert isinstance(started, dict)
    number = started["id"]
    over = until(
        lambda: found if (found := _read(busy, number))["settled"] else None,
        150,
        "it is over",
    )
    told = f"{over['endReason']} {[(c['id'], c['got']) for c in over['checks']]}"
    assert (over["state"], over["verdict"]) == ("finished", "passed"), told
    forecast, outcome = over["forecast"], over["outcome"]
    foretold = forecast["badEvents"]["availability"]
    assert abs(outcome["badEvents"] - foretold) <= max(2, 0.01 * foretold), told
    pages = [
        alert["sinceStep"]
        for alert in (*forecast["alerts"], *outcome["alerts"])
        if (alert["name"], alert["slo"]) == ("ErrorBudgetBurn1h", "availability")
    ]
    assert len(pages) == 2
    assert abs(pages[0] - pages[1]) <= 3, pages
