"""The list of users behind Django, without a cache, against the plain DRF view of before.

Two servers on one database, asked in turns: the whole product with its cache switched off, and
`tests.load.plain_list` without our layers, which would only make it slower.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence

from tests.acceptance.harness.processes import Server
from tests.load import stage
from tests.load.figures import Figure, report
from tests.load.throughput import child, throughput

TURN = 3.0  # seconds
ROUNDS = 7
PATH = "/api/users?limit=100"
TARGET = 3.0  # times


def bench() -> Sequence[Figure]:
    with (
        stage.setup(seed=False) as setup,
        Server(setup) as whole,
        child("tests.load.plain_list", setup) as plain,
    ):
        stage.without_cache(whole, PATH)
        pairs = [
            (throughput(whole.port, PATH, TURN), throughput(plain, PATH, TURN))
            for _ in range(ROUNDS + 1)
        ][1:]
        assert not stage.kept(whole, PATH), "it came from the cache"
    times = statistics.median(ours / theirs for ours, theirs in pairs)
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    measured = f"{times:.1f} x ({ours:.0f} and {theirs:.0f} req/s)"
    what = "uncached list of 100, against plain DRF"
    return [Figure(what, measured, f"≥ {TARGET:g} x", times >= TARGET)]


if __name__ == "__main__":
    sys.exit(report(bench))
