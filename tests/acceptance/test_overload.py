"""Twice the sustainable load: the service degrades, the rest feels nothing."""

from __future__ import annotations

import time

import httpx
import pytest

from sre_console.traffic.capacity import SUSTAINABLE_RATE
from tests.acceptance.harness.processes import TRAFFIC_TOKEN, Server
from tests.load.drive import Driver
from tests.load.shaped.book import quantile

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]
SECONDS = 20.0
FELT = 1.0  # seconds at p95; far from it means it queued behind the service
BESIDE = [
    "/livez",
    "/readyz",
    "/health",
    "/metrics",
    "/api/chaos",
    "/api/slo",
    "/console/sign-in",
]


def test_twice_the_sustainable_load_is_served_at_the_best_rate(server: Server) -> None:
    for path in BESIDE:
        server.client.get(path)
    load = Driver(
        server.url, rate=2 * SUSTAINABLE_RATE, seconds=SECONDS, token=TRAFFIC_TOKEN
    )
    took: dict[str, list[float]] = {path: [] for path in BESIDE}
    until = time.monotonic() + SECONDS
    with httpx.Client(base_url=server.url, timeout=20) as client:
        client.headers = server.client.headers
        while time.monotonic() < until:
            for path in BESIDE:
                began = time.monotonic()
                answer = client.get(path)
                assert answer.status_code == 200, (path, answer.text[:300])
                took[path].append(time.monotonic() - began)
    seen = load.result()
    assert seen.late == 0
    assert set(seen.statuses) <= {"200", "201", "204", "404", "503"}, seen
    # It still answers at its best rate, less what the probing beside takes.
    assert seen.ok / SECONDS >= 0.7 * SUSTAINABLE_RATE, seen
    slowest = {path: quantile(times, 0.95) for path, times in took.items()}
    assert max(slowest.values()) < FELT, (slowest, seen)
