"""What the edge, the log line and the measurement cost: throughput with and without them.

Two servers on one database, asked in turns; the same views, the same server, the same client.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence

from tests.acceptance.harness.processes import Server
from tests.load import stage
from tests.load.figures import Figure, report
from tests.load.throughput import child, throughput

TURN = 4.0  # seconds
ROUNDS = 7
PATH = "/api/users?limit=20"
TARGET = 10.0  # per cent


def bench() -> Sequence[Figure]:
    with (
        stage.setup() as setup,
        Server(setup) as whole,
        child("tests.load.bare", setup) as bare,
    ):
        stage.without_cache(whole, PATH)
        pairs = [
            (throughput(whole.port, PATH, TURN), throughput(bare, PATH, TURN))
            for _ in range(ROUNDS + 1)
        ][1:]
    cost = statistics.median(100 * (1 - ours / theirs) for ours, theirs in pairs)
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    measured = f"{cost:.1f} % ({ours:.0f} and {theirs:.0f} req/s)"
    what = "the stack's own cost, of throughput"
    return [Figure(what, measured, f"≤ {TARGET:g} %", cost <= TARGET)]


if __name__ == "__main__":
    sys.exit(report(bench))
