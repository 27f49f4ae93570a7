"""What the edge answers by itself: a warm list and /api/slo, against the plain DRF view of before.

Two servers on one database, asked in turns by wrk where it is installed, else by a client of our own:
the whole product, and `tests.load.plain_list` without our layers, which would only make it slower.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence

import httpx

from tests.acceptance.harness.processes import Server
from tests.acceptance.harness.waiting import until
from tests.load import stage
from tests.load.figures import Figure, report
from tests.load.throughput import child, throughput

TURN = 3  # seconds
ROUNDS = 5
CLIENTS = 16
LIST = "/api/users?limit=100"
SLO = "/api/slo"
TARGET = 25.0  # times
SLO_TARGET = 2500.0  # a second
_RATE = re.compile(r"Requests/sec: +([0-9.]+)")
_BAD = re.compile(r"Non-2xx or 3xx responses: (\d+)")


def _rate(port: int, path: str) -> float:
    """Answers a second."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return throughput(port, path, TURN, clients=CLIENTS)
    url = f"http://127.0.0.1:{port}{path}"
    told = subprocess.run(
        [wrk, "-t1", f"-c{CLIENTS}", f"-d{TURN}", url],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert _BAD.search(told) is None, told
    found = _RATE.search(told)
    assert found is not None, told
    return float(found[1])


def _warm(server: Server, path: str) -> bool:
    return str(httpx.get(server.url + path).headers.get("X-Cache")) == "hit"


def bench() -> Sequence[Figure]:
    with (
        stage.setup(seed=False) as setup,
        Server(setup) as whole,
        child("tests.load.plain_list", setup) as plain,
    ):
        for path in (LIST, SLO):
            until(lambda path=path: _warm(whole, path), 20, f"{path} is kept")  # type: ignore[misc]
        turns = [
            (_rate(whole.port, LIST), _rate(plain, LIST), _rate(whole.port, SLO))
            for _ in range(ROUNDS + 1)
        ][1:]
    times = statistics.median(ours / theirs for ours, theirs, _ in turns)
    ours, theirs, slo = (statistics.median(side) for side in zip(*turns, strict=True))
    listed = f"{times:.1f} x ({ours:.0f} and {theirs:.0f} req/s)"
    return [
        Figure(
            "warm list of 100, against plain DRF",
            listed,
            f"≥ {TARGET:g} x",
            times >= TARGET,
        ),
        Figure(
            "/api/slo, kept until the next beat",
            f"{slo:.0f} req/s",
            f"≥ {SLO_TARGET:g} req/s",
            slo >= SLO_TARGET,
        ),
    ]


if __name__ == "__main__":
    sys.exit(report(bench))
