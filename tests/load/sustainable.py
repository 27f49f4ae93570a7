"""The highest rate of the built-in mix that one server process follows.

Found by halving: a rate is sustained if nothing is refused, late or dropped and p99 stays
under 500 ms, the bound of the latency objective. The constant in
`sre_console.traffic.capacity` is what this found.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sre_console.traffic.capacity import SUSTAINABLE_RATE
from tests.acceptance.harness.processes import TRAFFIC_TOKEN, Server
from tests.load import stage
from tests.load.drive import Drive, Driver
from tests.load.figures import Figure, report

LOW, HIGH = 20.0, 160.0
STEP = 5.0  # requests a second
SECONDS = 15.0
SLOWEST = 0.5  # seconds at p99


def sustained(seen: Drive) -> bool:
    unanswered = seen.failed + seen.late + seen.dropped
    return unanswered == 0 and seen.p99 <= SLOWEST


def search(server: Server, seconds: float) -> float:
    low, high = LOW, HIGH
    while high - low > STEP:
        rate = round((low + high) / 2 / STEP) * STEP
        if rate in {low, high}:
            break
        seen = Driver(
            server.url, rate=rate, seconds=seconds, token=TRAFFIC_TOKEN
        ).result()
        good = sustained(seen)
        told = f"p50 {seen.p50 * 1000:.0f} p99 {seen.p99 * 1000:.0f} ms"
        told += f", {seen.failed} failed, {seen.late} late, {seen.dropped} dropped"
        print(f"  {rate:g} req/s: {told}: {'yes' if good else 'no'}", file=sys.stderr)
        low, high = (rate, high) if good else (low, rate)
    return low


def measure(seconds: float) -> Sequence[Figure]:
    with stage.server() as server:
        Driver(server.url, rate=30, seconds=10, token=TRAFFIC_TOKEN).result()
        found = search(server, seconds)
    return [
        Figure(
            "sustainable load of the built-in mix",
            f"{found:g} req/s",
            f"≥ {SUSTAINABLE_RATE:g} req/s",
            found >= SUSTAINABLE_RATE,
        )
    ]


def bench() -> Sequence[Figure]:
    return measure(SECONDS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    asked = parser.parse_args()
    sys.exit(report(lambda: measure(asked.seconds)))
