"""Servers that are measured beside ours, and the answers a second of one: clients that ask again at once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from sre_console.traffic.connection import Client
from tests.acceptance.harness.processes import CHECKOUT, Setup, free_port
from tests.acceptance.harness.waiting import until

CLIENTS = 8


@contextmanager
def child(module: str, setup: Setup) -> Iterator[int]:
    """`python -m module PORT`, once it answers, until the end; gives the port."""
    port = free_port()
    running = subprocess.Popen(
        [sys.executable, "-m", module, str(port)],
        env=setup.environment(port),
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: _answers(port), 30, f"{module} answers")
        yield port
    finally:
        running.terminate()
        running.wait(10)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/api/users").is_success
    except httpx.TransportError:
        return False


def throughput(
    port: int, path: str, seconds: float, *, clients: int = CLIENTS
) -> float:
    return asyncio.run(_throughput(port, path, seconds, clients))


async def _throughput(port: int, path: str, seconds: float, clients: int) -> float:
    client = Client("127.0.0.1", port, [])
    ends = time.monotonic() + seconds
    answered = 0

    async def ask_on() -> None:
        nonlocal answered
        while time.monotonic() < ends:
            status, _ = await client.ask("GET", path, b"")
            assert status == 200, status
            answered += 1

    await asyncio.gather(*(ask_on() for _ in range(clients)))
    client.close()
    return answered / seconds
