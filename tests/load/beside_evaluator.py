"""What the evaluator costs the requests of the process it runs in: their p99 with it and without.

One server with the evaluator and the history of a window, one that judges nothing; started in
turns, so that neither takes from the cores of the other.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from tests.acceptance.harness.processes import TRAFFIC_TOKEN, Server, Setup
from tests.load import stage
from tests.load.drive import Drive, Driver
from tests.load.figures import Figure, report

RATE = 60.0  # requests a second
WARM = 3.0  # seconds
TURN = 15.0
ROUNDS = 4
TARGET = 1.1


def bench() -> Sequence[Figure]:
    with ExitStack() as stack:
        judged = stack.enter_context(stage.setup())
        alone = stack.enter_context(
            stage.setup(seed=False, more={"IRONCLAD_EVALUATOR": "off"})
        )
        pairs = [_pair(judged, alone, turned=n % 2 == 1) for n in range(ROUNDS)]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    ours, theirs = (1000 * statistics.median(s) for s in zip(*pairs, strict=True))
    measured = f"{ratio:.2f} x ({ours:.0f} and {theirs:.0f} ms)"
    what = f"p99 of {RATE:g} requests/s beside the evaluator"
    return [Figure(what, measured, f"≤ {TARGET:g} x", ratio <= TARGET)]


def _pair(judged: Setup, alone: Setup, *, turned: bool) -> tuple[float, float]:
    """Both p99; `turned` begins with the other one."""
    if turned:
        theirs = _p99(alone)
        return _p99(judged), theirs
    return _p99(judged), _p99(alone)


def _p99(setup: Setup) -> float:
    with Server(setup) as server:
        _driven(server, WARM)
        return _driven(server, TURN).p99


def _driven(server: Server, seconds: float) -> Drive:
    return Driver(server.url, rate=RATE, seconds=seconds, token=TRAFFIC_TOKEN).result()


if __name__ == "__main__":
    sys.exit(report(bench))
