"""Exact error rates, and delays as asked while much is delayed: 200 in flight.

With every request delayed by 700 ms, 286 requests a second keep 200 in flight. They are
delayed and then failed, so that what is measured is the injection and not Django; beside
them runs the built-in mix at 50 requests a second; the plan targets DELETE, 6 % of that.
"""

from __future__ import annotations

import asyncio
import math
import sys
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from ironclad.clock import clock
from sre_console.traffic.connection import Client
from sre_console.traffic.schedule import Schedule
from tests.acceptance.harness.processes import OPERATOR_TOKEN, TRAFFIC_TOKEN, Server
from tests.load import stage
from tests.load.drive import Driver
from tests.load.figures import Figure, report
from tests.load.shaped.book import quantile

LATENCY = 0.7
IN_FLIGHT = 200
TURN = 8.0  # seconds; two turns with the delay, two without
EXACT_REQUESTS = 1000
TARGETS = {0.50: 2.0, 0.95: 5.0, 0.99: 75.0}  # quantile: ± milliseconds
TARGET_METHOD = "DELETE"


def exactness(server: Server) -> Figure:
    """N events at rate r: exactly floor or ceil of N·r failed."""
    wrong = []
    for rate in (0.07, 0.01, 1 / 3, 0.5):
        server.post("/api/chaos", {"errorRate": rate, "reason": "bench"})
        statuses = asyncio.run(_ask_many(server, EXACT_REQUESTS))
        failed = statuses.count(500)
        # The plan keeps the rate in parts per million.
        exact = EXACT_REQUESTS * round(rate * 1e6) / 1e6
        if failed not in {math.floor(exact), math.ceil(exact)}:
            wrong.append(f"{failed} of {EXACT_REQUESTS} at {rate:g}")
    server.post("/api/chaos/disable")
    measured = "; ".join(wrong) or "exact at 7 %, 1 %, 1/3, 50 %"
    return Figure("injected errors", measured, "floor or ceil of N·r", not wrong)


async def _ask_many(server: Server, number: int) -> list[int]:
    client = _client(server)
    gate = asyncio.Semaphore(8)

    async def one() -> int:
        async with gate:
            status, _ = await client.ask("GET", "/api/users/2147483647", b"")
            return status

    statuses = await asyncio.gather(*(one() for _ in range(number)))
    client.close()
    return statuses


def _client(server: Server) -> Client:
    address = urlsplit(server.url)
    headers = [("Authorization", f"Bearer {OPERATOR_TOKEN}")]
    return Client(address.hostname or "", address.port or 80, headers)


async def delayed(server: Server, rate: float, seconds: float) -> list[float]:
    """Durations in seconds of requests that were delayed and then failed."""
    client = _client(server)
    durations: list[float] = []
    tasks = set()
    schedule = Schedule(clock.monotonic(), rate)
    ends = clock.monotonic() + seconds

    async def one() -> None:
        began = clock.monotonic()
        status, _ = await client.ask(TARGET_METHOD, "/api/users/2147483647", b"")
        durations.append(clock.monotonic() - began)
        assert status == 500, status

    while clock.monotonic() < ends:
        for _ in range(schedule.take(clock.monotonic()).send):
            task = asyncio.create_task(one())
            tasks.add(task)
        await asyncio.sleep(schedule.wait(clock.monotonic(), 1))
    await asyncio.gather(*tasks)
    client.close()
    return durations


def added_latency(server: Server) -> Sequence[Figure]:
    """The delay's own part: the same requests are failed without delay in turns."""
    beside = Driver(server.url, rate=50, seconds=4 * TURN + 5, token=TRAFFIC_TOKEN)
    base: list[float] = []
    held: list[float] = []
    target = {"methods": [TARGET_METHOD]}
    for _ in range(2):
        for milliseconds, durations in ((0, base), (int(LATENCY * 1000), held)):
            plan = {"errorRate": 1, "latencyMs": milliseconds, "reason": "bench"}
            server.post("/api/chaos", {**plan, "target": target})
            time.sleep(0.5)  # until the replica has it
            durations.extend(asyncio.run(delayed(server, IN_FLIGHT / LATENCY, TURN)))
    seen = beside.result()
    server.post("/api/chaos/disable")
    figures = []
    for q, bound in TARGETS.items():
        off = (quantile(held, q) - quantile(base, q) - LATENCY) * 1000
        what = f"added latency, p{q * 100:.0f}, {IN_FLIGHT} in flight"
        figures.append(
            Figure(what, f"{off:+.1f} ms", f"± {bound:g} ms", abs(off) <= bound)
        )
    told = f"p99 {seen.p99 * 1000:.0f} ms, {seen.statuses}"
    print(f"  beside them: {seen.sent} sent, {told}", file=sys.stderr)
    return figures


def bench() -> Sequence[Figure]:
    with stage.server() as server:
        return [exactness(server), *added_latency(server)]


if __name__ == "__main__":
    sys.exit(report(bench))
