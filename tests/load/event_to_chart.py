"""From a finished request to the console that shows it: at most a second and a half.

A burst of requests is sent in one second; the event's age is taken when the first snapshot
arrives whose point of that second counts it. The request is sent right after the whole
second begins, so each figure includes the second it waits to be closed.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from sre_console.traffic.connection import Client
from tests.acceptance.harness.consoles import Console, sign_in
from tests.acceptance.harness.processes import OPERATOR_TOKEN, TRAFFIC_TOKEN, Server
from tests.load import stage
from tests.load.drive import Driver
from tests.load.figures import Figure, most, report
from tests.load.shaped.book import quantile

EVENTS = 40
TARGET = 1.5  # seconds
_GIVE_UP = 10.0


async def ages(server: Server, cookie: str, number: int) -> list[float]:
    """Seconds from a request's answer to the snapshot with its second in it."""
    console = await Console.open(server, cookie)
    address = urlsplit(server.url)
    headers = [("Authorization", f"Bearer {OPERATOR_TOKEN}")]
    client = Client(address.hostname or "", address.port or 80, headers)
    seen = []
    for event in range(number):
        # Spread over the second, as events are: the beat is on the whole second.
        await asyncio.sleep((event / number - time.time()) % 1)
        status, _ = await client.ask("GET", "/api/users/2147483647", b"")
        assert status == 404
        finished = time.time()
        async with asyncio.timeout(_GIVE_UP):
            await _shown(console, int(finished))
        seen.append(time.time() - finished)
    client.close()
    console.close()
    return seen


async def _shown(console: Console, second: int) -> None:
    while True:
        snapshot: Any = await console.snapshot()
        newest = snapshot["points"][-1] if snapshot["points"] else {"t": 0}
        if newest["t"] >= second:
            return


def bench() -> Sequence[Figure]:
    with stage.server() as server:
        cookie = sign_in(server)
        load = Driver(server.url, rate=50, seconds=EVENTS * 2 + 20, token=TRAFFIC_TOKEN)
        seen = asyncio.run(ages(server, cookie, EVENTS))
        load.kill()
    p99 = quantile(seen, 0.99)
    return [most("event to chart beside 50 req/s, p99", p99, TARGET, "s", 2)]


if __name__ == "__main__":
    sys.exit(report(bench))
