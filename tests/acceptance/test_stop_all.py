"""STOP ALL ends every fault at once, over the WebSocket and over REST."""

from __future__ import annotations

import asyncio
import re
import threading
import time

import httpx
import pytest

from tests.acceptance.harness.consoles import Console, sign_in
from tests.acceptance.harness.processes import Server
from tests.acceptance.harness.waiting import until

pytestmark = [pytest.mark.acceptance, pytest.mark.core, pytest.mark.timeout(120)]
AT_ONCE = 0.5  # seconds


@pytest.fixture(scope="module")
def server(shared: Server) -> Server:
    return shared


def _break(server: Server) -> None:
    worst = {"errorRate": 1, "latencyMs": 10_000, "reason": "to be stopped"}
    server.post("/api/chaos", worst)
    until(lambda: _confirmed(server), 5, "the replica has the plan")


def _confirmed(server: Server) -> bool:
    plan = server.get("/api/chaos")
    assert isinstance(plan, dict)
    return bool(plan["replicas"]["confirmed"])


def _in_flight(server: Server) -> float:
    """Requests without an answer, the one that asks included."""
    found = re.search(
        r"^http_requests_in_flight (\S+)",
        server.client.get("/metrics").text,
        re.MULTILINE,
    )
    assert found is not None
    return float(found[1])


def _held_request(server: Server) -> tuple[threading.Thread, list[httpx.Response]]:
    """A request that the delay is holding, in a thread of its own."""
    answers: list[httpx.Response] = []
    headers = server.client.headers
    thread = threading.Thread(
        target=lambda: answers.append(
            httpx.get(f"{server.url}/api/users", headers=headers, timeout=20)
        )
    )
    thread.start()
    until(lambda: _in_flight(server) >= 2, 5, "the request is held")
    assert not answers
    return thread, answers


def test_disable_ends_the_delays_in_progress_too(server: Server) -> None:
    _break(server)
    thread, answers = _held_request(server)
    began = time.monotonic()
    server.post("/api/chaos/disable")
    thread.join(15)
    assert time.monotonic() - began < AT_ONCE
    assert answers[0].status_code == 200
    plan = server.get("/api/chaos")
    assert isinstance(plan, dict)
    assert plan["enabled"] is False


async def test_stop_on_the_websocket_ends_all_and_says_how_long_it_took(
    server: Server,
) -> None:
    cookie = await asyncio.to_thread(sign_in, server)
    console = await Console.open(server, cookie)
    await asyncio.to_thread(_break, server)
    thread, answers = await asyncio.to_thread(_held_request, server)
    began = time.monotonic()
    console.say({"type": "stop"})
    async with asyncio.timeout(10):
        while (message := await console.next())["type"] != "stopped":
            if message["type"] == "snapshot":
                console.say({"type": "ack", "seq": message["seq"]})
    assert time.monotonic() - began < AT_ONCE
    await asyncio.to_thread(thread.join, 15)
    assert time.monotonic() - began < 2 * AT_ONCE
    assert answers[0].status_code == 200
    assert message["stored"] is True
    assert 0 <= float(str(message["milliseconds"])) < AT_ONCE * 1000
    plan = await asyncio.to_thread(server.get, "/api/chaos")
    assert isinstance(plan, dict)
    assert plan["enabled"] is False
    console.close()
