"""What one server process takes of the CPU: idle, and for each request of the built-in mix.

CPU time, not wall time: a busy machine makes a request later, but hardly dearer. What
docs/guide/sizing.md reckons with is in tests.load.capacity; this says whether it still holds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.acceptance.harness.processes import TRAFFIC_TOKEN, Server
from tests.acceptance.harness.waiting import until
from tests.load import stage
from tests.load.capacity import RECKONED, RESIDENT, Cost
from tests.load.drive import Driver
from tests.load.figures import Figure, most, report
from tests.load.memory import resident

RATES = (20.0, 40.0)  # requests a second
SECONDS = 10.0
ROUNDS = 7
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def cores_in_use(server: Server, rate: float, seconds: float) -> tuple[float, float]:
    """Requests that were answered a second, and the cores that the process took."""
    used, began = cpu_seconds(server.pid), time.monotonic()
    answered = 0
    if rate:
        load = Driver(server.url, rate=rate, seconds=seconds, token=TRAFFIC_TOKEN)
        seen = load.result()
        assert not seen.dropped, f"{seen.dropped} requests could not be sent"
        answered = seen.ok + seen.failed
    else:
        time.sleep(seconds)
    took = time.monotonic() - began
    assert server.running, server.tail()
    return answered / took, (cpu_seconds(server.pid) - used) / took


def line(points: Sequence[tuple[float, float]]) -> Cost:
    """The straight line through points of (rate, cores), by least squares."""
    slope, intercept = statistics.linear_regression(*zip(*points, strict=True))
    return Cost(idle=intercept, request=slope)


def measure(rounds: int, seconds: float) -> Sequence[Figure]:
    with stage.setup(seed=False) as prepared:
        at_scale_one = replace(prepared, scale=1)
        with Server(at_scale_one) as server:
            until(lambda: server.client.get("/api/users").is_success, 20, "it answers")
            cores_in_use(server, RATES[-1], seconds)  # caches, threads, connections
            found = []
            for _ in range(rounds):
                points = [cores_in_use(server, r, seconds) for r in (0.0, *RATES)]
                found.append(line(points))
                told = ", ".join(f"{rate:.1f}/s {cores:.3f}" for rate, cores in points)
                print(f"  cores: {told}", file=sys.stderr)
            memory = resident(server.pid)
    request = statistics.median(cost.request for cost in found)
    idle = statistics.median(cost.idle for cost in found)
    return [
        most("CPU of a request", request * 1000, RECKONED.request * 1000, "ms"),
        most(
            "CPU while nobody asks", idle * 1000, RECKONED.idle * 1000, "millicores", 0
        ),
        most("resident after the load", memory, RESIDENT, "MiB", 0),
    ]


def bench() -> Sequence[Figure]:
    return measure(ROUNDS, SECONDS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    asked = parser.parse_args()
    sys.exit(report(lambda: measure(asked.rounds, asked.seconds)))
