"""A server that is told to stop finishes what it has begun, and loses nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from tests.acceptance.harness.books import of_samples
from tests.acceptance.harness.consoles import Closed, Console, sign_in
from tests.acceptance.harness.processes import Server, Setup
from tests.acceptance.harness.waiting import PATIENCE, until

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.patient,
    pytest.mark.timeout(120 * PATIENCE),
]
DRAIN = 1.5  # seconds
SLOW = 12  # requests that are held when the signal comes


@pytest.fixture
def leaving(setup: Setup) -> Iterator[Server]:
    more = {"IRONCLAD_DRAIN_DELAY": str(DRAIN), "IRONCLAD_STOP_DEADLINE": "20"}
    with Server(replace(setup, seed=False, more=more)) as server:
        yield server


async def _in_flight(server: Server) -> float:
    async with httpx.AsyncClient(base_url=server.url) as client:
        text = (await client.get("/metrics")).text
    line = next(x for x in text.splitlines() if x.startswith("http_requests_in_flight"))
    return float(line.split()[-1])


async def _until_refused(url: str) -> list[int]:
    """What `/readyz` says, each time over a connection of its own, until there is none."""
    said = []
    while True:
        try:
            async with httpx.AsyncClient() as client:
                said.append((await client.get(f"{url}/readyz")).status_code)
        except httpx.ConnectError:
            return said
        await asyncio.sleep(0.02)


async def _kept(url: str) -> int:
    """Ask over one connection for as long as the server keeps it; the last status."""
    answers: list[httpx.Response] = []
    async with httpx.AsyncClient(base_url=url) as client:
        while not answers or answers[-1].headers.get("connection") != "close":
            answers.append(await client.get("/livez"))
            await asyncio.sleep(0.02)
    return answers[-1].status_code


async def _ended(console: Console) -> Closed:
    try:
        while True:
            await console.snapshot()
    except Closed as closed:
        return closed


async def test_a_stop_loses_no_request_no_event_and_no_console(leaving: Server) -> None:
    before = of_samples(leaving.setup.database_url).requests
    console = await Console.open(leaving, await asyncio.to_thread(sign_in, leaving))
    faults = {"latencyMs": 10_000, "dependencyLatencyMs": 500}
    await asyncio.to_thread(leaving.post, "/api/chaos", faults)
    closed = asyncio.create_task(_ended(console))
    kept = asyncio.create_task(_kept(leaving.url))
    limits = httpx.Limits(max_connections=SLOW)
    async with httpx.AsyncClient(timeout=30, limits=limits) as client:
        address = f"{leaving.url}/api/users?limit=1"
        slow = [asyncio.create_task(client.get(address)) for _ in range(SLOW)]
        async with asyncio.timeout(10):
            while await _in_flight(leaving) < SLOW + 1:  # noqa: ASYNC110 - and who asks
                await asyncio.sleep(0.02)
        told = time.monotonic()
        os.kill(leaving.pid, signal.SIGTERM)
        said = await _until_refused(leaving.url)
        refused = time.monotonic() - told
        statuses = [(await each).status_code for each in slow]
    assert statuses == [200] * SLOW
    assert said[-1] == 503
    assert refused >= DRAIN
    assert await kept == 200
    assert ((await closed).code, (await closed).reason) == (1012, "the server restarts")
    until(lambda: not leaving.running, 10, "the server ends")
    assert leaving.stop() == 0
    assert time.monotonic() - told < 8, "it waited for the whole delay"
    after = of_samples(leaving.setup.database_url).requests
    assert after - before == SLOW


async def test_a_second_signal_ends_it_at_once(leaving: Server) -> None:
    await asyncio.to_thread(leaving.post, "/api/chaos/latency", {"ms": 10_000})
    async with httpx.AsyncClient(timeout=30) as client:
        slow = asyncio.create_task(client.get(f"{leaving.url}/api/users?limit=1"))
        async with asyncio.timeout(10):
            while await _in_flight(leaving) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        ready = f"{leaving.url}/readyz"
        told = time.monotonic()
        os.kill(leaving.pid, signal.SIGTERM)
        async with asyncio.timeout(1):
            while (await client.get(ready)).status_code == 200:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        os.kill(leaving.pid, signal.SIGTERM)
        with pytest.raises(httpx.TransportError):
            await slow
    until(lambda: not leaving.running, 5, "the server ends")
    assert time.monotonic() - told < DRAIN
    assert leaving.stop() == 0
    assert of_samples(leaving.setup.database_url).requests == 1, "cut, and counted"
