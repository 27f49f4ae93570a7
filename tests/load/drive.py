"""An open-loop load with its latencies, from the built-in traffic's own parts.

`python -m tests.load.drive http://127.0.0.1:3000 --rate 50 --seconds 10` prints JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from ironclad.clock import clock
from sre_console.traffic.connection import Client
from sre_console.traffic.generator import Generator
from sre_console.traffic.mix import kinds
from sre_console.traffic.requests import RequestMaker
from sre_console.traffic.residents import Residents
from tests.load.shaped.book import quantile

CHECKOUT = Path(__file__).resolve().parents[2]
_DRAIN = 20.0


@dataclass
class Drive:
    """What one run saw; durations in seconds, of answers under 500 only."""

    sent: int = 0
    ok: int = 0
    failed: int = 0
    late: int = 0
    dropped: int = 0
    seconds: float = 0.0
    p50: float = math.nan
    p95: float = math.nan
    p99: float = math.nan
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def ok_rate(self) -> float:
        return self.ok / self.seconds


class Timed:
    """The traffic's client, with a stopwatch."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.statuses: Counter[str] = Counter()
        self.durations: list[float] = []

    async def ask(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        began = clock.monotonic()
        status, answer = await self._client.ask(method, target, body)
        self.statuses[str(status)] += 1
        if status < 500:
            self.durations.append(clock.monotonic() - began)
        return status, answer


async def drive(url: str, *, rate: float, seconds: float, token: str) -> Drive:
    address = urlsplit(url)
    headers = [("Authorization", f"Bearer {token}")] if token else []
    client = Client(address.hostname or "", address.port or 80, headers)
    timed = Timed(client)
    random = Random(1)
    maker = RequestMaker(Residents(uuid.uuid4().hex[:8], random), random)
    generator = Generator(client=timed, maker=maker, kinds=kinds(random), clock=clock)
    generator.set_rate(rate)
    running = asyncio.create_task(generator.run())
    await asyncio.sleep(seconds)
    generator.stop()
    await running
    await generator.drain(_DRAIN)
    client.close()
    counts, durations = generator.counts, timed.durations
    return Drive(
        sent=counts.sent,
        ok=counts.ok,
        failed=counts.failed,
        late=counts.late,
        dropped=counts.dropped,
        seconds=seconds,
        p50=quantile(durations, 0.50),
        p95=quantile(durations, 0.95),
        p99=quantile(durations, 0.99),
        statuses=dict(timed.statuses),
    )


class Driver:
    """The same in a process of its own, so that it takes nothing from who measures."""

    def __init__(self, url: str, *, rate: float, seconds: float, token: str) -> None:
        arguments = [url, "--rate", str(rate), "--seconds", str(seconds)]
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.load.drive", *arguments],
            env={**os.environ, "DRIVE_TOKEN": token},
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def running(self) -> bool:
        return self._child.poll() is None

    def result(self) -> Drive:
        told, _ = self._child.communicate()
        assert self._child.returncode == 0, told
        fields: Mapping[str, object] = json.loads(told)
        return Drive(**fields)  # type: ignore[arg-type]  # our own JSON, see main

    def kill(self) -> None:
        self._child.kill()
        self._child.communicate()  # and close what it wrote to


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    asked = parser.parse_args()
    token = os.environ.get("DRIVE_TOKEN", "")
    run = drive(asked.url, rate=asked.rate, seconds=asked.seconds, token=token)
    print(json.dumps(asdict(asyncio.run(run))))


if __name__ == "__main__":
    main()
