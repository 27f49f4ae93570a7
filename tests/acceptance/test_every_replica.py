"""Three processes on one database hold the same fault plan, and end it alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial

import pytest

from tests.acceptance.harness.processes import Server, Setup
from tests.acceptance.harness.waiting import until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]
IN_FORCE = 0.250  # seconds from the answer of POST to the last replica


@pytest.fixture(scope="module")
def replicas(shared_setup: Setup) -> Iterator[list[Server]]:
    servers = [Server(shared_setup) for _ in range(3)]
    with ExitStack() as stack, ThreadPoolExecutor(len(servers)) as pool:
        list(pool.map(stack.enter_context, servers))
        for server in servers:
            until(partial(_healthy, server), 10, "users answer")
        until(lambda: _replicas(servers[0]) == 3, 10, "all replicas are known")
        yield servers


def _replicas(server: Server) -> int:
    plan = server.get("/api/chaos")
    assert isinstance(plan, dict)
    return int(plan["replicas"]["count"])


def _failing(server: Server) -> bool:
    """Asks for a user that is not there: the cheapest request faults can reach."""
    return server.client.get("/api/users/2147483647").status_code == 500


def _healthy(server: Server) -> bool:
    return not _failing(server)


def _when(servers: list[Server], failing: bool, within: float) -> list[float]:
    """For each replica, the moment from which it fails (or not)."""
    moments = [0.0] * len(servers)

    def watch(index: int, server: Server) -> None:
        ends = time.monotonic() + within
        while time.monotonic() < ends:
            if _failing(server) is failing:
                moments[index] = time.monotonic()
                return

    threads = [
        threading.Thread(target=watch, args=(index, server))
        for index, server in enumerate(servers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(moments), f"{moments}: not everywhere within {within} s"
    return moments


SCENE = """
apiVersion: ironclad/v1
kind: Scenario
metadata: {name: scene, title: Every request fails}
spec:
  clock: wall
  hypothesis: It can be stopped.
  expects: {alerts: [ErrorBudgetBurn1h, ErrorBudgetBurn6h, HighErrorRate, HighLatency]}
  steps: [{title: Every request fails, fault: {errorRate: 1}, for: 60s}]
"""


def test_stop_all_ends_a_game_day_everywhere_within_a_second(
    replicas: list[Server],
) -> None:
    one, two, _ = replicas
    put = one.client.put(
        "/api/scenarios/scene",
        content=SCENE,
        headers={"Content-Type": "application/yaml"},
    )
    assert put.is_success, put.text
    run = one.post("/api/game-days", {"scenario": "scene"})
    assert isinstance(run, dict)
    _when(replicas, True, 10)
    began = time.monotonic()
    two.post("/api/chaos/disable", {"reason": "smoke in the room"})
    assert max(_when(replicas, False, 5)) - began < 1
    over = one.get(f"/api/game-days/{run['id']}")
    assert isinstance(over, dict)
    assert (over["state"], over["endReason"]) == ("stopped", "smoke in the room")
    assert 0 < over["stopMilliseconds"] < 1000
    refused = two.client.post("/api/game-days", json={"scenario": "scene"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (
        409,
        "CONFLICT",
    )
    two.post("/api/game-days/block/release", {"reason": "it was toast"})


def test_a_plan_is_in_force_everywhere_within_250_ms(replicas: list[Server]) -> None:
    took = []
    for _ in range(5):
        replicas[0].post("/api/chaos/errors", {"rate": 1})
        posted = time.monotonic()
        took.append(max(_when(replicas, True, 5)) - posted)
        replicas[1].post("/api/chaos/disable")
        posted = time.monotonic()
        took.append(max(_when(replicas, False, 5)) - posted)
    # A busy machine may be late twice in ten; `make bench` has the p99.
    assert sorted(took)[-3] <= IN_FORCE, took


def test_each_replica_ends_the_plan_at_its_expiry(replicas: list[Server]) -> None:
    began = time.monotonic()
    replicas[0].post("/api/chaos", {"errorRate": 1, "ttlSeconds": 3, "reason": "ttl"})
    posted = time.monotonic()
    _when(replicas, True, 2)
    ended = _when(replicas, False, 6)
    assert min(ended) >= began + 2.5
    assert max(ended) <= posted + 3 + IN_FORCE
