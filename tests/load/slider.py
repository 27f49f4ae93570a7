"""From POST /api/chaos to the last of three replicas obeying it.

Each replica is asked again and again on its own connection; a change counts from the moment
the POST is sent, so the figure is on the strict side.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from urllib.parse import urlsplit

from ironclad.clock import clock
from sre_console.traffic.connection import Client
from tests.acceptance.harness.processes import OPERATOR_TOKEN, Server
from tests.load import stage
from tests.load.figures import Figure, most, report
from tests.load.shaped.book import quantile

REPLICAS = 3
CHANGES = 100
TARGET = 250.0  # ms
_STEP = 0.004  # seconds between two looks at one replica
_GIVE_UP = 5.0


async def changes(servers: Sequence[Server], number: int) -> list[float]:
    """Seconds from the POST to the last replica, for each of `number` changes."""
    clients = [_client(server) for server in servers]
    poster = _client(servers[0])
    took = []
    for change in range(number):
        failing = change % 2 == 0
        path = "/api/chaos/errors/1" if failing else "/api/chaos/disable"
        began = clock.monotonic()
        watches = [
            asyncio.create_task(_until_obeyed(client, failing)) for client in clients
        ]
        status, _ = await poster.ask("POST", path, b"{}")
        assert status == 200, (path, status)
        moments = await asyncio.gather(*watches)
        took.append(max(moments) - began)
    for client in (*clients, poster):
        client.close()
    return took


async def _until_obeyed(client: Client, failing: bool) -> float:
    ends = clock.monotonic() + _GIVE_UP
    while clock.monotonic() < ends:
        status, _ = await client.ask("GET", "/api/users/2147483647", b"")
        if (status == 500) is failing:
            return clock.monotonic()
        await asyncio.sleep(_STEP)
    message = f"not obeyed within {_GIVE_UP:g} s"
    raise TimeoutError(message)


def _client(server: Server) -> Client:
    address = urlsplit(server.url)
    headers = [("Authorization", f"Bearer {OPERATOR_TOKEN}")]
    return Client(address.hostname or "", address.port or 80, headers)


def bench() -> Sequence[Figure]:
    with stage.setup() as setup, ExitStack() as stack:
        servers = [stack.enter_context(Server(setup)) for _ in range(REPLICAS)]
        asyncio.run(changes(servers, 4))  # the first ones import and connect
        took = asyncio.run(changes(servers, CHANGES))
    p99 = quantile(took, 0.99) * 1000
    return [most("slider to each of three replicas, p99", p99, TARGET, "ms")]


if __name__ == "__main__":
    sys.exit(report(bench))
