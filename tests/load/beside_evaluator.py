"""What the evaluator costs the requests of the process it runs in: their p99 with it and without.

Two servers on databases of their own, one with the evaluator and the history of a window, one that
judges nothing; asked in turns.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from tests.acceptance.harness.processes import TRAFFIC_TOKEN, Server
from tests.load import stage
from tests.load.drive import Driver
from tests.load.figures import Figure, report

RATE = 60.0  # requests a second
TURN = 15.0  # seconds
ROUNDS = 4
TARGET = 1.1


def bench() -> Sequence[Figure]:
    with ExitStack() as stack:
        judged = stack.enter_context(stage.setup())
        alone = stack.enter_context(
            stage.setup(seed=False, more={"IRONCLAD_EVALUATOR": "off"})
        )
        with Server(judged) as one, Server(alone) as other:
            pairs = [(_p99(one), _p99(other)) for _ in range(ROUNDS + 1)][1:]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    ours, theirs = (1000 * statistics.median(s) for s in zip(*pairs, strict=True))
    measured = f"{ratio:.2f} x ({ours:.0f} and {theirs:.0f} ms)"
    what = f"p99 of {RATE:g} requests/s beside the evaluator"
    return [Figure(what, measured, f"≤ {TARGET:g} x", ratio <= TARGET)]


def _p99(server: Server) -> float:
    return Driver(server.url, rate=RATE, seconds=TURN, token=TRAFFIC_TOKEN).result().p99


if __name__ == "__main__":
    sys.exit(report(bench))
