"""Two processes behind one port against one, by the built-in mix: how far the knee moves.

The client, PostgreSQL and the servers share this machine's cores, so the servers would get fewer
of them the more there are. Two ways around that, both here:

* each server process is held to the same share of one core (`tests.load.quota`), small enough that
  client and database always find a free one; the knee is then the highest rate that is followed, as
  in `sustainable`, and its ratio is what whole cores would give;
* CPU time, which hardly depends on who else is busy: what a side takes while nobody asks, and what
  each request adds, in all its processes together. What as many whole cores carry follows
  (`capacity.Cost`).

How evenly they are is told from their counters over the search: a client that keeps few connections
keeps them with one process, and at a low rate that is no harm.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from tests.acceptance.harness.processes import TRAFFIC_TOKEN, Server, Setup
from tests.acceptance.harness.waiting import until
from tests.load import quota, stage
from tests.load.capacity import Cost
from tests.load.drive import Driver
from tests.load.figures import Figure, report
from tests.load.sizing import cpu_seconds
from tests.load.sustainable import sustained

TARGET = 1.7
SHARE = 0.3  # of one core, for each process
RATE = 40.0  # requests a second, for the CPU time
SECONDS = 3.0
ROUNDS = 3
FIRST = 40.0  # requests a second, where the search begins
EVEN = 0.6
STEP = 1.08  # between two rates of the search


@dataclass(frozen=True)
class Side:
    server: Server
    pids: Sequence[int]  # of those that serve


def _pids(server: Server, count: int) -> list[int]:
    if count == 1:
        return [server.pid]
    told = subprocess.run(
        ["pgrep", "-P", str(server.pid)], capture_output=True, text=True, check=False
    )
    return [int(each) for each in told.stdout.split()]


@contextmanager
def _side(setup: Setup, count: int) -> Iterator[Side]:
    # Counted in PostgreSQL by both, as in production.
    more = {"WEB_PROCESSES": str(count), "IRONCLAD_TRAFFIC_RATE_LIMIT": "1000000/m"}
    with Server(replace(setup, more=more)) as server:
        until(lambda: len(_pids(server, count)) == count, 30, "all processes started")
        until(lambda: server.client.get("/api/users").is_success, 20, "users answer")
        until(lambda: _up(server) >= count - (count == 1), 30, "all answer")
        yield Side(server, _pids(server, count))


def _up(server: Server) -> int:
    lines = server.client.get("/metrics").text.splitlines()
    return sum(x.startswith("ironclad_process_up{") for x in lines)


def _carries(side: Side) -> float:
    """Requests a second that a whole core for each process is used up by."""
    idle, began = _cpu(side), time.monotonic()
    time.sleep(SECONDS)
    idle = (_cpu(side) - idle) / (time.monotonic() - began)
    used, began = _cpu(side), time.monotonic()
    answered = _drive(side, RATE)
    used = _cpu(side) - used - idle * (time.monotonic() - began)
    cost = Cost(idle=idle, request=used / answered)
    told = f"{idle * 1000:.0f}m and {cost.request * 1000:.2f} ms a request"
    print(f"  {len(side.pids)} process(es): {told}", file=sys.stderr)
    return cost.rate(len(side.pids))


def _cpu(side: Side) -> float:
    return sum(map(cpu_seconds, side.pids))


def _drive(side: Side, rate: float) -> int:
    seen = Driver(
        side.server.url, rate=rate, seconds=SECONDS, token=TRAFFIC_TOKEN
    ).result()
    return seen.ok + seen.failed


def _requests(server: Server) -> Counter[str]:
    """Requests for users so far, by process."""
    found: Counter[str] = Counter()
    for line in server.client.get("/metrics").text.splitlines():
        if line.startswith("http_requests_total{") and 'route="/api/users' in line:
            found[line.split('process="')[1][0]] += int(float(line.split()[-1]))
    return found


def _knee(side: Side, start: float) -> float:
    """The highest rate that is followed, from one that is; in steps of STEP."""
    rate, best = start, 0.0
    while True:
        seen = Driver(
            side.server.url, rate=rate, seconds=SECONDS, token=TRAFFIC_TOKEN
        ).result()
        good = sustained(seen)
        told = f"p99 {seen.p99 * 1000:.0f} ms, {seen.failed + seen.late + seen.dropped}"
        print(
            f"  {len(side.pids)} at {rate:.0f} req/s: {told} not answered in time",
            file=sys.stderr,
        )
        time.sleep(0.5)
        if good:
            best, rate = rate, rate * STEP
        elif best:
            return best
        else:
            rate /= STEP**2


def bench() -> Sequence[Figure]:
    with (
        stage.setup(seed=False) as setup,
        _side(setup, 1) as one,
        _side(setup, 2) as two,
    ):
        for side in (one, two):
            _drive(side, RATE)
        figures = [_by_cpu_time(one, two)]
        if quota.possible():
            figures += _by_knee(one, two)
        else:
            print("  no CPU controller to write to: no knee", file=sys.stderr)
        return figures


def _by_cpu_time(one: Side, two: Side) -> Figure:
    pairs = [(_carries(one), _carries(two)) for _ in range(ROUNDS)]
    ratio = statistics.median(b / a for a, b in pairs)
    alone, together = (statistics.median(x) for x in zip(*pairs, strict=True))
    told = f"{ratio:.2f} times ({together:.0f} and {alone:.0f} req/s)"
    what = "what two carry with a core each, by CPU time"
    return Figure(what, told, f"≥ {TARGET:g} times", ratio >= TARGET)


def _by_knee(one: Side, two: Side) -> Sequence[Figure]:
    with quota.limited([*one.pids, *two.pids], SHARE):
        first = _knee(one, FIRST)
        before = _requests(two.server)
        second = _knee(two, first * 1.8)
    asked = _requests(two.server) - before
    busiest = max(asked.values()) / asked.total()
    told = f"{second / first:.2f} times ({second:.0f} and {first:.0f} req/s)"
    return [
        Figure(
            f"the knee of two, each with {SHARE:g} of a core",
            told,
            f"≥ {TARGET:g} times",
            second >= TARGET * first,
        ),
        Figure(
            "requests that the busier of the two took",
            f"{busiest:.0%}",
            f"≤ {EVEN:.0%}",
            busiest <= EVEN,
        ),
    ]


if __name__ == "__main__":
    sys.exit(report(bench))
