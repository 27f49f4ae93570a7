"""`manage.py game_day run --wait` on a real server, whose evaluator runs the game day."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.harness.processes import CHECKOUT, Server, Setup, Traffic
from tests.acceptance.harness.waiting import until

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.patient,
    pytest.mark.timeout(240),
]
SCENARIO = """\
apiVersion: ironclad/v1
kind: Scenario
metadata: {name: short, title: A short one}
spec:
  clock: wall
  hypothesis: Nobody is paged.
  steps:
    - title: A little slower
      fault: {latencyMs: 20}
      for: LENGTHs
      checks:
        - title: Nobody is paged
          always: {alert: ErrorBudgetBurn1h, slo: availability, is: quiet}
    - title: No fault
      fault: none
      for: 1s
"""


def start(server: Server, file: Path, seconds: int) -> subprocess.Popen[str]:
    file.write_text(SCENARIO.replace("LENGTH", str(seconds)), "utf-8")
    command = ["manage.py", "game_day", "run", str(file), "--wait", "--timeout", "60"]
    return subprocess.Popen(
        [sys.executable, "-u", *command],
        cwd=CHECKOUT,
        env=server.setup.environment(server.port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def server(shared_setup: Setup) -> Iterator[Server]:
    busy = replace(shared_setup, more={"IRONCLAD_TRAFFIC_RPS": "20"})
    with Server(busy) as running, Traffic(running):
        until(lambda: _calm(running), 60, "nothing fires")
        yield running


def _calm(server: Server) -> bool:
    slos: Any = server.get("/api/slo")
    alerts: Any = server.get("/api/alerts")
    own = slos["slos"][0]["total"] > slos["slos"][0]["seeded"]["events"]
    return own and all(alert["state"] != "firing" for alert in alerts["alerts"])


def test_its_exit_status_is_the_verdict_and_ctrl_c_stops_what_it_started(
    server: Server, tmp_path: Path
) -> None:
    with start(server, tmp_path / "short.yaml", 2) as run:
        told, _ = run.communicate(timeout=60)
    assert run.returncode == 0, told
    assert "Step begins: A little slower" in told
    assert "passed. 1 of 1 checks passed" in told
    with start(server, tmp_path / "short.yaml", 60) as run:
        until(lambda: _faulty(server), 60, "its fault is in force")
        run.send_signal(signal.SIGINT)
        told, _ = run.communicate(timeout=60)
    assert run.returncode == 3, told
    plan: Any = server.get("/api/chaos")
    assert (plan["enabled"], plan["holder"]) == (False, None)


def _faulty(server: Server) -> bool:
    plan: Any = server.get("/api/chaos")
    return bool(plan["enabled"])
