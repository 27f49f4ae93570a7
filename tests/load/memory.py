"""A server process's resident memory: at rest, and over minutes of traffic.

`python -m tests.load.memory --minutes 2` is the short form; the promise is for ten.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.acceptance.harness.processes import TRAFFIC_TOKEN
from tests.load import stage
from tests.load.drive import Driver
from tests.load.figures import Figure, report

AT_REST = 150.0  # MiB
# The allocator's own noise; a leak of one kilobyte a request would be 29 MiB.
NOISE = 5.0  # MiB
MINUTES = 10.0
WARM_UP = 60.0  # seconds of traffic until caches and threads are there
RATE = 50


def resident(pid: int) -> float:
    """MiB."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)


def measure(minutes: float) -> Sequence[Figure]:
    with stage.server() as server:
        at_rest = resident(server.pid)
        _load(server.url, WARM_UP)
        before = resident(server.pid)
        _load(server.url, minutes * 60)
        growth = resident(server.pid) - before
    return [
        Figure(
            "server at rest, resident",
            f"{at_rest:.0f} MiB",
            f"< {AT_REST:g} MiB",
            at_rest < AT_REST,
        ),
        Figure(
            f"growth over {minutes:g} min at {RATE} req/s",
            f"{growth:+.1f} MiB (of {before:.0f})",
            f"≤ {NOISE:g} MiB",
            growth <= NOISE,
        ),
    ]


def _load(url: str, seconds: float) -> None:
    load = Driver(url, rate=RATE, seconds=seconds, token=TRAFFIC_TOKEN)
    load.result()
    time.sleep(2)  # what the last requests held is given back


def bench() -> Sequence[Figure]:
    return measure(MINUTES)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    asked = parser.parse_args()
    sys.exit(report(lambda: measure(asked.minutes)))
