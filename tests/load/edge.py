"""What the edge answers by itself, against a bare answer of the same server: each in turns.

The targets are ratios: so many a second where Daphne with an application that only answers makes
4,700. CLIENTS connections each ask again at once, so those who ask for health at the same time
share a question, and scrapes an exposition, as they would anywhere.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence

from tests.acceptance.harness.processes import Server
from tests.load import stage
from tests.load.figures import Figure, report
from tests.load.pound import pound, request
from tests.load.throughput import child

TURN = 1.5  # seconds
ROUNDS = 5
CLIENTS = 16
BARE = 4700  # answers a second of a bare Daphne, which the targets are held against
TARGETS = {"/livez": 0, "/health": 2000, "/metrics": 700}
_SCRAPER = (
    "Accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3",
)


def _rate(port: int, path: str, *headers: str) -> float:
    pounded = pound(port, request(path, *headers), clients=CLIENTS, seconds=TURN)
    assert not pounded.others, f"{path}: {pounded.others} were no 200"
    return pounded.rate


def bench() -> Sequence[Figure]:
    found: dict[str, list[tuple[float, float]]] = {path: [] for path in TARGETS}
    with (
        stage.setup(seed=False) as setup,
        Server(setup) as server,
        child("tests.load.bare_answer", setup) as bare,
    ):
        for turn in range(ROUNDS + 1):
            for path in TARGETS:
                theirs = _rate(bare, "/")
                ours = _rate(
                    server.port, path, *(_SCRAPER if path == "/metrics" else ())
                )
                if turn:  # the first one warms up
                    found[path].append((ours, ours / theirs))
    return [_figure(path, pairs) for path, pairs in found.items()]


def _figure(path: str, pairs: Sequence[tuple[float, float]]) -> Figure:
    rate, ratio = (statistics.median(side) for side in zip(*pairs, strict=True))
    target = TARGETS[path]
    return Figure(
        f"GET {path}, a second",
        f"{rate:.0f} ({ratio:.2f} of a bare answer)",
        f"≥ {target} of {BARE}" if target else "",
        ratio >= target / BARE,
    )


if __name__ == "__main__":
    sys.exit(report(bench))
