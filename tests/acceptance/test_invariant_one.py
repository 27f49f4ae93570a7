"""With every fault at its worst, everything but the service routes answers as usual."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from tests.acceptance.harness.consoles import Console, sign_in
from tests.acceptance.harness.processes import Server
from tests.acceptance.harness.waiting import until

pytestmark = [pytest.mark.acceptance, pytest.mark.core, pytest.mark.timeout(120)]
NORMAL = 1.0  # seconds; generous for a shared machine, and a tenth of the fault
OPEN = [
    "/health",
    "/livez",
    "/readyz",
    "/metrics",
    "/api/chaos",
    "/api/chaos/status",
    "/api/slo",
    "/api/alerts",
    "/api/incidents",
    "/api/silences",
    "/api/game-days",
    "/api/game-days/block",
    "/api/scenarios",
    "/api/scenarios/latency",
    "/api/traffic",
    "/api/schema",
    "/api/docs",
    "/console/sign-in",
    "/console/live",
    "/admin/login/",
    "/static/css/tokens.css",
]


@pytest.fixture(scope="module")
def broken(shared: Server) -> Server:
    for path in OPEN:  # the first request of a view imports and compiles
        shared.client.get(path)
    worst = {"errorRate": 1, "latencyMs": 10_000, "reason": "invariant 1"}
    shared.post("/api/chaos", worst)
    until(lambda: _held(shared), 10, "the faults are in force")
    return shared


def _held(server: Server) -> bool:
    try:
        server.client.get("/api/users", timeout=2)
    except httpx.ReadTimeout:
        return True
    return False


def _timed(server: Server, path: str) -> tuple[httpx.Response, float]:
    began = time.monotonic()
    answer = server.client.get(path)
    return answer, time.monotonic() - began


def test_every_other_address_answers_in_normal_time(broken: Server) -> None:
    for path in OPEN:
        answer, took = _timed(broken, path)
        assert answer.status_code < 400, (path, answer.status_code, answer.text[:300])
        assert "X-Ironclad-Fault" not in answer.headers, path
        assert took < NORMAL, (path, took)


def test_the_fault_itself_is_the_whole_delay_and_then_the_error(
    broken: Server,
) -> None:
    answer, took = _timed(broken, "/api/users")
    assert answer.status_code == 500
    assert answer.json()["errors"][0]["code"] == "INJECTED_FAULT"
    assert 10 <= took < 11


def test_an_unknown_api_path_answers_at_once(broken: Server) -> None:
    answer, took = _timed(broken, "/api/nothing-here")
    assert (answer.status_code, took < NORMAL) == (404, True)


async def test_a_console_opens_and_moves(broken: Server) -> None:
    cookie = sign_in(broken)
    async with asyncio.timeout(NORMAL + 3):
        console = await Console.open(broken, cookie)
        first = await console.snapshot()
        second = await console.snapshot()
    console.close()
    assert int(str(second["seq"])) > int(str(first["seq"]))
