"""Two runs in real time on a started server: errors on and off, and a latency page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tests.acceptance.harness.processes import Server, Setup, Traffic
from tests.acceptance.harness.waiting import until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]
# The figures are of an evenly paced 50 requests a second. Here a real process sends them, and
# the plan takes up to a quarter of a second to every replica: so much earlier or later.
SLACK = 0.75
VISIBLE = 1.5  # seconds after the figure


@pytest.fixture(scope="module")
def running(shared_setup: Setup) -> Iterator[Server]:
    busy = replace(shared_setup, more={"IRONCLAD_TRAFFIC_RPS": "50"})
    with Server(busy) as server, Traffic(server):
        until(lambda: _steady(server), 20, "the traffic is steady")
        yield server


def _steady(server: Server) -> bool:
    report: Any = server.get("/api/slo")
    return (
        bool(report["slos"][0]["total"] > 0)
        and server.client.get("/api/traffic").json()["data"]["ok"] > 150
    )


def incidents(server: Server) -> list[Any]:
    found: Any = server.get("/api/incidents?state=unresolved")
    return list(found)


def firing(server: Server, name: str, slo: str | None = None) -> Any:
    report: Any = server.get("/api/alerts")
    return (
        next(
            each
            for each in report["alerts"]
            if (each["name"], each["slo"]) == (name, slo)
        )["state"]
        == "firing"
    )


class Watch:
    """Seconds since a change, by this process's clock."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def when(self, check: Any, seconds: float, what: str) -> float:
        until(check, seconds, what)
        return time.monotonic() - self.began


def about(figure: float, seen: float) -> bool:
    return figure - SLACK <= seen <= figure + VISIBLE + SLACK


def test_seven_percent_opens_an_incident_and_pages_and_it_ends(running: Server) -> None:
    watch = Watch()
    running.post("/api/chaos", {"errorRate": 0.07, "reason": "the first run"})
    opened = watch.when(lambda: incidents(running), 15, "an incident opens")
    assert about(8.72, opened), opened
    (incident,) = incidents(running)
    assert (incident["severity"], incident["exercise"]) == ("critical", True)
    paged = watch.when(
        lambda: incidents(running)[0]["severity"] == "page", 15, "it becomes a page"
    )
    assert about(12.58, paged), paged
    time.sleep(max(0.0, 15 - (time.monotonic() - watch.began)))
    over = Watch()
    running.post("/api/chaos/disable", {"reason": "the first run is over"})
    cleared = over.when(
        lambda: not firing(running, "ErrorBudgetBurn1h", "availability"),
        10,
        "it clears",
    )
    assert about(3.97, cleared), cleared
    path = f"/api/incidents/{incident['id']}"
    running.post(f"{path}/acknowledge", {"comment": "seen"})
    until(lambda: _state(running, path) == "resolved", 40, "it resolves itself")
    whole: Any = running.get(path)
    kinds = [event["kind"] for event in whole["timeline"]]
    assert kinds[:5] == ["fault_began", "opened", "joined", "raised", "paged"]
    assert kinds.count("paged") == 1
    began, opened_at = (
        datetime.fromisoformat(whole[k]) for k in ("beganAt", "openedAt")
    )
    assert whole["durations"]["detect"] == pytest.approx(
        (opened_at - began).total_seconds(), abs=0.01
    )
    assert about(8.72, whole["durations"]["detect"])
    assert whole["faultVersion"] is not None


def _state(server: Server, path: str) -> str:
    whole: Any = server.get(path)
    return str(whole["state"])


@pytest.mark.thorough
def test_700_ms_on_everything_pages_for_latency(running: Server) -> None:
    watch = Watch()
    running.post("/api/chaos", {"latencyMs": 700, "reason": "the second run"})
    warned = watch.when(lambda: firing(running, "HighLatency"), 12, "it is told")
    assert about(6, warned), warned
    paged = watch.when(
        lambda: firing(running, "ErrorBudgetBurn1h", "latency"), 50, "it pages"
    )
    assert about(43.42, paged), paged
    (incident,) = [each for each in incidents(running) if each["service"] == "users"]
    assert incident["severity"] == "page"
    running.post("/api/chaos/disable", {})
