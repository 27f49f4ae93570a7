"""What the edge, the log line and the measurement cost: throughput with and without them.

Two servers on one database, asked in turns; the same views, the same server, the same client.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx

from sre_console.traffic.connection import Client
from tests.acceptance.harness.processes import CHECKOUT, Server, Setup, free_port
from tests.acceptance.harness.waiting import until
from tests.load import stage
from tests.load.figures import Figure, report

TURN = 4.0  # seconds
ROUNDS = 7
CLIENTS = 8
PATH = "/api/users?limit=20"
TARGET = 10.0  # per cent


@contextmanager
def _bare(setup: Setup) -> Iterator[int]:
    port = free_port()
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.load.bare", str(port)],
        env=setup.environment(port),
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: _answers(port), 30, "the bare server answers")
        yield port
    finally:
        child.terminate()
        child.wait(10)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/api/users").is_success
    except httpx.TransportError:
        return False


async def _throughput(port: int) -> float:
    """Answers a second that CLIENTS get, each asking again at once."""
    client = Client("127.0.0.1", port, [])
    ends = time.monotonic() + TURN
    answered = 0

    async def ask_on() -> None:
        nonlocal answered
        while time.monotonic() < ends:
            status, _ = await client.ask("GET", PATH, b"")
            assert status == 200, status
            answered += 1

    await asyncio.gather(*(ask_on() for _ in range(CLIENTS)))
    client.close()
    return answered / TURN


def bench() -> Sequence[Figure]:
    with stage.setup() as setup, Server(setup) as whole, _bare(setup) as bare:
        stage.without_cache(whole, PATH)
        pairs = [
            (asyncio.run(_throughput(whole.port)), asyncio.run(_throughput(bare)))
            for _ in range(ROUNDS + 1)
        ][1:]
    cost = statistics.median(100 * (1 - ours / theirs) for ours, theirs in pairs)
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    measured = f"{cost:.1f} % ({ours:.0f} and {theirs:.0f} req/s)"
    what = "the stack's own cost, of throughput"
    return [Figure(what, measured, f"≤ {TARGET:g} %", cost <= TARGET)]


if __name__ == "__main__":
    sys.exit(report(bench))
