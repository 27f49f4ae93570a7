"""The same run seen by the built-in evaluator and by a real Prometheus with Alertmanager."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from ironclad.embedded.home import CHECKOUT
from tests.acceptance.harness.processes import Server, Setup, Traffic
from tests.acceptance.harness.waiting import until
from tests.stack.programs import Alertmanager, Prometheus

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]
TOKEN = "alertmanagers-token-of-the-stack-xxxxxxx"
# One scrape and one evaluation of Prometheus, one of ours, and the time to ask both.
APART = 1.0 + 1.0 + 1.0 + 0.7
FAST = ("ErrorBudgetBurn1h", "availability")
HIGH = ("HighErrorRate", None)
RATE = 'sum(rate(http_requests_total{route=~"/api/users.*"}[5s]))'


@dataclass
class Stack:
    server: Server
    prometheus: Prometheus
    began: float = field(default_factory=time.monotonic)

    def ours(self) -> set[tuple[str, str | None]]:
        report: Any = self.server.get("/api/alerts")
        return {
            (each["name"], each["slo"])
            for each in report["alerts"]
            if each["state"] == "firing"
        }

    def incidents(self) -> list[Any]:
        found: Any = self.server.get("/api/incidents")
        return list(found)


@pytest.fixture
def stack(setup: Setup, tmp_path: Path) -> Iterator[Stack]:
    busy = replace(
        setup, more={"IRONCLAD_TRAFFIC_RPS": "50", "ALERTMANAGER_TOKEN": TOKEN}
    )
    rules = busy.manage("prometheus_rules", "--scale", "60")
    with Server(busy) as server, Traffic(server):
        webhook = f"{server.url}/api/alertmanager"
        with (
            Alertmanager(tmp_path, webhook=webhook, token=TOKEN) as alertmanager,
            Prometheus(
                tmp_path, target=server.url, rules=rules, alertmanager=alertmanager.url
            ) as prometheus,
        ):
            yield Stack(server, prometheus)


def test_prometheus_accepts_the_rules_that_are_stored() -> None:
    promtool = shutil.which("promtool")
    assert promtool is not None
    rules = CHECKOUT / "deploy/monitoring/prometheus/rules.yaml"
    done = subprocess.run(
        [promtool, "check", "rules", rules], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.thorough
def test_both_fire_and_resolve_together_and_the_incident_is_one(stack: Stack) -> None:
    until(
        lambda: (stack.prometheus.value("sli:events:increase3d") or 0) > 200_000,
        20,
        "three days of healthy traffic",
    )
    until(lambda: (stack.prometheus.value(RATE) or 0) > 45, 20, "and of today's")
    assert stack.prometheus.firing() == set()
    stack.server.post("/api/chaos", {"errorRate": 0.07, "reason": "seen by both"})
    for alert in (HIGH, FAST):
        assert _apart(stack, alert, fires=True) <= APART
    until(lambda: _received(stack) >= 1, 10, "Alertmanager has delivered")
    stack.server.post("/api/chaos/disable", {})
    assert _apart(stack, FAST, fires=False) <= APART
    until(lambda: stack.incidents()[0]["state"] == "resolved", 40, "it resolves itself")
    assert len(stack.incidents()) == 1
    whole: Any = stack.server.get(f"/api/incidents/{stack.incidents()[0]['id']}")
    # What Alertmanager told of was known already: no alert is there twice.
    assert len({m["fingerprint"] for m in whole["members"]}) == len(whole["members"])
    kinds = [event["kind"] for event in whole["timeline"]]
    assert (kinds.count("opened"), kinds.count("paged")) == (1, 1)


def _apart(stack: Stack, alert: tuple[str, str | None], *, fires: bool) -> float:
    """Seconds between the two evaluators' turns of an alert."""
    seen: dict[str, float] = {}
    sides: dict[str, Callable[[], set[tuple[str, str | None]]]] = {
        "ours": stack.ours,
        "prometheus": stack.prometheus.firing,
    }

    def both() -> bool:
        for name, side in sides.items():
            if name not in seen and (alert in side()) is fires:
                seen[name] = time.monotonic()
        return len(seen) == len(sides)

    until(both, 30, f"{alert} {'fires' if fires else 'clears'} on both sides")
    return abs(seen["ours"] - seen["prometheus"])


def _received(stack: Stack) -> int:
    text = stack.server.client.get("/metrics").text
    line = next(
        each
        for each in text.splitlines()
        if each.startswith(
            'http_requests_total{method="POST",route="/api/alertmanager"'
        )
    )
    return int(float(line.rsplit(" ", 1)[1]))
