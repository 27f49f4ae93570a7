"""200 open consoles for a minute beside 50 requests a second, and one that stops reading.

The service's p99 is compared with turns without consoles, before and after.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.acceptance.harness.consoles import Closed, Console, sign_in
from tests.acceptance.harness.processes import TRAFFIC_TOKEN, Server
from tests.load import stage
from tests.load.drive import Drive, Driver
from tests.load.figures import Figure, most, report
from tests.load.memory import resident
from tests.load.shaped.book import quantile

CONSOLES = 200
SECONDS = 60.0
RATE = 50
AGE = 1.5  # seconds
TIMES = 3.0
EVERY = 0.01  # seconds
# All of them are one person here, who may have 20.
SETTINGS = {"IRONCLAD_CONSOLES_PER_USER": "500"}
STOPPED = 5.0  # MiB that a client which stops reading may cost


def _drive(server: Server, seconds: float) -> Driver:
    return Driver(server.url, rate=RATE, seconds=seconds, token=TRAFFIC_TOKEN)


class Crowd:
    """Consoles that read, acknowledge, and note each snapshot's age."""

    def __init__(self, url: str, cookie: str) -> None:
        self._url = url
        self._cookie = cookie
        self.noted: list[tuple[float, float]] = []  # wall time, and age in seconds
        self.lost = 0

    @property
    def ages(self) -> list[float]:
        return [age for _, age in self.noted]

    async def watch(self, number: int, seconds: float, every: float = EVERY) -> None:
        """`every` is the time between two that arrive: people do not all come at once."""
        ends = time.monotonic() + seconds
        await asyncio.gather(*(self._one(ends, n * every) for n in range(number)))

    async def _one(self, ends: float, arrives: float) -> None:
        await asyncio.sleep(arrives)
        try:
            console = await Console.connect(self._url, self._cookie)
        except (EOFError, OSError):
            self.lost += 1
            return
        settled = time.monotonic() + 5
        try:
            while time.monotonic() < ends:
                async with asyncio.timeout(15):
                    snapshot = await console.snapshot()
                if time.monotonic() > settled:
                    self.noted.append((time.time(), _age(snapshot)))
        except (Closed, EOFError, OSError, TimeoutError):
            self.lost += 1
        console.close()


def _age(snapshot: Any) -> float:
    """Seconds since it was built; both clocks are this machine's."""
    return time.time() - datetime.fromisoformat(snapshot["at"]).timestamp()


async def _stop_reading(server: Server, cookie: str, seconds: float) -> None:
    """Open, ask for nothing, read nothing."""
    console = await Console.open(server, cookie)
    await asyncio.sleep(seconds)
    console.close()


def measure(seconds: float, number: int) -> Sequence[Figure]:
    with stage.server(more=SETTINGS) as server:
        cookie = sign_in(server)
        _drive(server, 10).result()
        alone = [_drive(server, seconds / 2).result()]
        crowd = Crowd(server.url, cookie)
        load = _drive(server, seconds)
        asyncio.run(crowd.watch(number, seconds))
        beside = load.result()
        alone.append(_drive(server, seconds / 2).result())
        before = resident(server.pid)
        asyncio.run(_stop_reading(server, cookie, min(20.0, seconds)))
        cost = resident(server.pid) - before
    return _figures(crowd, alone, beside, cost, number)


def _figures(
    crowd: Crowd, alone: list[Drive], beside: Drive, cost: float, number: int
) -> Sequence[Figure]:
    base = sum(drive.p99 for drive in alone) / len(alone)
    times = beside.p99 / base if base else math.inf
    service = f"{times:.2f}x ({beside.p99 * 1000:.0f} and {base * 1000:.0f} ms)"
    age = quantile(crowd.ages, 0.99) if crowd.ages else math.inf
    return [
        most(f"snapshot age, {number} consoles, p99", age, AGE, "s", 2),
        Figure("consoles lost", str(crowd.lost), "0", crowd.lost == 0),
        Figure("service p99 beside them", service, f"< {TIMES:g}x", times < TIMES),
        most("a client that stops reading costs", cost, STOPPED, "MiB"),
    ]


def bench() -> Sequence[Figure]:
    return measure(SECONDS, CONSOLES)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--consoles", type=int, default=CONSOLES)
    asked = parser.parse_args()
    sys.exit(report(lambda: measure(asked.seconds, asked.consoles)))
