"""Game days on a started server that only look: nothing is injected, and nothing is in their way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.acceptance.harness.waiting import until
from tests.browser.stage import Stage

NAME = "look-around"
COUNTED = 3.0  # seconds
SOURCE = """\
apiVersion: ironclad/v1
kind: Scenario
metadata: {name: look-around, title: Look around}
spec:
  clock: wall
  hypothesis: All is as it was.
  expects:  # a machine that tests share is slow at times
    alerts: [HighLatency, HighErrorRate, NoTraffic, SamplesLate, ErrorBudgetBurn1h,
      ErrorBudgetBurn6h, ErrorBudgetBurn1d, ErrorBudgetBurn3d, ErrorBudgetHalfSpent,
      ErrorBudgetNearlySpent, ErrorBudgetSpent, CircuitBreakerOpen]
  steadyState:
    - title: It answers
      that: {http: {path: /livez}}
  steps:
    - title: A first look
      for: 4s
      note: Look at the clock.
      checks:
        - {title: It still answers, always: {http: {path: /livez}}}
    - title: A long look
      for: 10m
      checks:
        - {title: It answers at last, atEnd: {http: {path: /livez}}}
"""


def store(stage: Stage) -> None:
    headers = {"Content-Type": "application/yaml"}
    answer = stage.server.client.put(
        f"/api/scenarios/{NAME}", content=SOURCE, headers=headers
    )
    assert answer.is_success, answer.text


def calm(stage: Stage) -> None:
    """Nothing pages any more that another test has caused: a start is refused before."""
    since = time.monotonic()

    def quiet() -> bool:
        nonlocal since
        found = stage.server.get("/api/alerts")
        assert isinstance(found, dict)
        if any(
            rule["state"] in ("pending", "firing")
            and rule["severity"] in ("page", "critical")
            and rule["name"] != "NoTraffic"
            for rule in found["alerts"]
        ):
            since = time.monotonic()
        # what has just been asked is counted two beats later
        return time.monotonic() - since > COUNTED

    until(quiet, 90, "nothing pages")


def start(stage: Stage) -> int:
    """Its number, once nothing refuses it: alerts of another test may still fire."""
    release(stage)
    found: list[int] = []

    def accepted() -> bool:
        with suppress(AssertionError):
            run = stage.server.post("/api/game-days", {"scenario": NAME})
            assert isinstance(run, dict)
            found.append(run["id"])
        return bool(found)

    until(accepted, 90, "a game day may start")
    return found[0]


def release(stage: Stage) -> None:
    with suppress(AssertionError):  # nothing is blocked
        stage.server.post("/api/game-days/block/release", {"reason": "go on"})


def end(stage: Stage, number: int) -> None:
    with suppress(AssertionError):  # it is over already
        stage.server.post(f"/api/game-days/{number}/stop", {"reason": "seen enough"})

    def settled() -> bool:
        run = stage.server.get(f"/api/game-days/{number}")
        return isinstance(run, dict) and bool(run["settled"])

    until(settled, 20, "it is counted")


@contextmanager
def looked_around(stage: Stage) -> Iterator[tuple[int, int]]:
    """One that is over, and one that runs."""
    store(stage)
    over = start(stage)
    end(stage, over)
    running = start(stage)
    try:
        yield over, running
    finally:
        end(stage, running)
