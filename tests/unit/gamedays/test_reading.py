from __future__ import annotations

import pytest

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.scenarios.probes import (
    AlertProbe,
    BreakerProbe,
    HttpCall,
    HttpProbe,
    SloProbe,
    StatusProbe,
    Tolerance,
)
from sre_console.gamedays.scenarios.reading import scenario_read
from sre_console.gamedays.scenarios.scenario import (
    Check,
    Condition,
    Expected,
    Guardrails,
    Ramp,
    Scenario,
    Step,
)
from tests.unit.gamedays.scenarios import KNOWN, SMALL, with_probe, with_step

FULL = """\
apiVersion: ironclad/v1
kind: Scenario
metadata:
  name: full
  title: {en: Full, es: Lleno}
  description: All of it.
spec:
  clock: wall
  hypothesis: It holds.
  onInterruption: continue
  compatibleWith: [small]
  expects:
    alerts: [HighErrorRate, {alert: ErrorBudgetBurn1h, slo: latency}]
  guardrails: {chaosBudget: 0.25, floor: 0.1, absence: 1m}
  steadyState:
    - title: Well
      that: {http: {path: /health}}
  stopWhen:
    - title: Gone
      that: {slo: availability, status: [exhausted]}
  steps:
    - ramp: {from: {errorRate: 0.01}, to: {errorRate: 0.07}, steps: 6}
      for: 30m
      note: |
        One.
        Two.
    - title: Wait
      wait: {breaker: database, is: open}
      within: 90
      orElse: go-on
      checks:
        - title: Seen
          eventually: {alert: HighErrorRate, is: firing}
          within: 1m
          weight: 2
    - title: Ask
      action: {http: {method: POST, path: /api/users, body: {name: A}, status: [201], timeout: 1500ms}}
    - {}
  rollbacks:
    - title: Back
      fault: none
"""


def test_a_scenario_has_what_its_file_says() -> None:
    assert scenario_read(FULL, "full.yaml", known=KNOWN) == Scenario(
        name="full",
        title={"en": "Full", "es": "Lleno"},
        description={"en": "All of it."},
        hypothesis={"en": "It holds."},
        clock="wall",
        on_interruption="continue",
        compatible_with=("small",),
        expects=(Expected("HighErrorRate"), Expected("ErrorBudgetBurn1h", "latency")),
        guardrails=Guardrails(0.25, 0.1, 60.0),
        steady_state=(Condition({"en": "Well"}, HttpProbe(HttpCall("/health"))),),
        stop_when=(
            Condition({"en": "Gone"}, StatusProbe("availability", ("exhausted",))),
        ),
        steps=(
            Step(
                title={"en": "Step 1"},
                seconds=1800.0,
                ramp=Ramp(FaultSpec(0.01), FaultSpec(0.07), 6),
                note={"en": "One.\nTwo."},
            ),
            Step(
                title={"en": "Wait"},
                wait=BreakerProbe("database", "open"),
                within=90.0,
                or_else="go-on",
                checks=(
                    Check(
                        "1.1",
                        {"en": "Seen"},
                        "eventually",
                        AlertProbe("HighErrorRate", "firing"),
                        2.0,
                        60.0,
                    ),
                ),
            ),
            Step(
                title={"en": "Ask"},
                action=HttpCall(
                    "/api/users",
                    "POST",
                    body={"name": "A"},
                    statuses=(201,),
                    timeout=1.5,
                ),
            ),
            Step(title={"en": "Step 4"}),
        ),
        rollbacks=(Step(title={"en": "Back"}, fault=FaultSpec()),),
    )


@pytest.mark.parametrize(
    ("written", "probe"),
    [
        ("{alert: HighErrorRate, is: pending}", AlertProbe("HighErrorRate", "pending")),
        (
            "{slo: latency, measure: burn, window: 5m, above: 14.4}",
            SloProbe("latency", "burn", "above", 14.4, "5m"),
        ),
        (
            "{slo: latency, measure: badEvents, near: 330, tolerance: 0.01}",
            SloProbe("latency", "badEvents", "near", 330.0, tolerance=0.01),
        ),
        (
            "{http: {method: HEAD, path: '/health?x=1', status: [200, 503], within: 2s}}",
            HttpProbe(HttpCall("/health?x=1", "HEAD", statuses=(200, 503), timeout=2)),
        ),
        (
            "{http: {path: /health, body: {jsonpath: $.data.status, in: [ok, null]}}}",
            HttpProbe(
                HttpCall(
                    "/health",
                    tolerance=Tolerance("jsonpath", "$.data.status", ("ok", None)),
                )
            ),
        ),
        (
            "{http: {path: /health, body: {contains: ' ok '}}}",
            HttpProbe(HttpCall("/health", tolerance=Tolerance("contains", " ok "))),
        ),
    ],
)
def test_probes(written: str, probe: object) -> None:
    scenario = scenario_read(with_probe(written), "it.yaml", known=KNOWN)
    assert scenario.steady_state[0].probe == probe


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("30s", 30), ("5m", 300), ("2d", 172_800), ("500ms", 0.5), ("0", 0), ("1.5h", 5400), ("7.25", 7.25)],
)  # fmt: skip
def test_durations_are_seconds(written: str, seconds: float) -> None:
    scenario = scenario_read(with_step(f"for: {written}"), "it.yaml")
    assert scenario.steps[1].seconds == seconds


def test_a_whole_plan_of_faults() -> None:
    step = "fault: {latencyMs: 400, jitterMs: 50, pacing: random, seed: 7, target: {methods: [POST, GET], pathPrefix: /api/users/1}}"  # fmt: skip
    assert scenario_read(with_step(step), "it.yaml").steps[1].fault == FaultSpec(
        latency_ms=400,
        jitter_ms=50,
        pacing="random",
        seed=7,
        methods=("GET", "POST"),
        path_prefix="/api/users/1",
    )


def test_without_names_that_are_known_any_name_may_be_one() -> None:
    text = SMALL.replace("ErrorBudgetBurn1h", "OtherAlert")
    check = scenario_read(text, "it.yaml").checks[0]
    assert check.probe == AlertProbe("OtherAlert", "quiet", "availability")
