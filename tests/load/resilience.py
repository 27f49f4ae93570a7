"""The patterns' figures on a started server, with the built-in mix at 50 requests a second.

The dependency down for a minute; every slot taken beside an idle server; 25 slots held for 0.7 s.
"""

from __future__ import annotations

import json
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from typing import Any

import httpx
import psycopg

from sre_console.slo import capacity
from tests.acceptance.harness.consoles import sign_in
from tests.acceptance.harness.processes import TRAFFIC_TOKEN, Server
from tests.acceptance.harness.waiting import until
from tests.load import stage
from tests.load.drive import Driver
from tests.load.figures import Figure, most, report
from tests.load.shaped.book import quantile

RATE = 50
DOWN = 60.0  # seconds
REFUSAL = 5.0  # ms at p99
SLOTS, HELD = 25, 0.7
TURNS = 40
# Of an answer's median, beside the same server idle: what is lost in this machine's noise.
SLOWER = 1.5
BESIDE = ["/health", "/metrics", "/api/chaos", "/console/live"]


def down(server: Server) -> Sequence[Figure]:
    """The dependency fails everything for a minute, and is well again."""
    load = Driver(server.url, rate=RATE, seconds=DOWN + 45, token=TRAFFIC_TOKEN)
    time.sleep(5)
    plan = {"dependencyErrorRate": 1, "ttlSeconds": 3600, "reason": "bench"}
    server.post("/api/chaos", plan)
    asked: list[float] = []
    ends = time.monotonic() + DOWN
    with httpx.Client(base_url=server.url, timeout=20) as client:
        while time.monotonic() < ends:
            began = time.perf_counter()
            answer = client.get("/api/users/1")
            if answer.status_code == 503:
                asked.append(time.perf_counter() - began)
            time.sleep(0.02)
    server.post("/api/chaos/disable")
    healed = time.time()
    until(lambda: _state(server) == "closed", 35, "it closes")
    load.kill()
    seen = _transitions(server)
    opened = [at for to, at in seen if to == "open"]
    trials = [at for to, at in seen if to == "half_open" and at < healed]
    closed = [at for to, at in seen if to == "closed"][-1]
    after = [to for to, at in seen if at > healed]
    inside = [d for d in _refusals(server) if d < 500]
    gaps = [b - a for a, b in pairwise(opened)]
    ok = all(gap >= 30 for gap in gaps)
    told = f"{len(trials)} in {DOWN:.0f} s; {min(gaps, default=0):.1f} s apart"
    return [
        most("refusal, in the server, p99", quantile(inside, 0.99), REFUSAL, "ms", 2),
        most(
            "refusal, at a client, p99", quantile(asked, 0.99) * 1000, REFUSAL, "ms", 2
        ),
        Figure("trials while it is down", told, "one in 30 s", ok=ok),
        Figure(
            "closes after the recovery",
            f"{closed - healed:.1f} s, {after.count('half_open')} trial",
            "≤ 30 s, one trial",
            ok=after == ["half_open", "closed"],
        ),
    ]


def slots(server: Server) -> Figure:
    """25 slots, 50 requests a second, 700 ms in the slot: the share that is refused."""
    plan = {"dependencyLatencyMs": int(HELD * 1000), "ttlSeconds": 3600}
    server.post("/api/chaos", {**plan, "reason": "bench"})
    time.sleep(1)
    seen = Driver(server.url, rate=RATE, seconds=40, token=TRAFFIC_TOKEN).result()
    server.post("/api/chaos/disable")
    refused = seen.statuses.get("503", 0) / sum(seen.statuses.values())
    expected = capacity.refused_evenly(RATE * HELD, SLOTS)
    # The queue takes some in at the beginning, and the rest of Django takes some ms in the slot.
    ok = abs(refused - expected) <= 0.02
    told = f"{refused:.1%} (formula {expected:.1%})"
    return Figure(f"refused, {SLOTS} slots", told, "formula ± 2 %", ok=ok)


def beside(server: Server) -> Sequence[Figure]:
    """What answers beside a full service, and beside an idle one, in turns."""
    cookie = sign_in(server)
    idle: dict[str, list[float]] = {path: [] for path in BESIDE}
    full: dict[str, list[float]] = {path: [] for path in BESIDE}
    for _ in range(2):
        _ask(server, cookie, idle)
        with _full(server):
            _ask(server, cookie, full)
    figures = []
    for path in BESIDE:
        one, other = (statistics.median(times[path]) for times in (idle, full))
        told = f"{other / one:.2f}x ({one * 1000:.1f} and {other * 1000:.1f} ms)"
        ok = other / one <= SLOWER
        figures.append(Figure(f"{path}, slots full", told, f"≤ {SLOWER}x idle", ok=ok))
    return figures


def _ask(server: Server, cookie: str, times: dict[str, list[float]]) -> None:
    with httpx.Client(base_url=server.url, timeout=20) as client:
        client.headers = httpx.Headers({**server.client.headers, "Cookie": cookie})
        for _ in range(TURNS):
            for path in BESIDE:
                began = time.perf_counter()
                assert client.get(path).status_code == 200, path
                times[path].append(time.perf_counter() - began)


@contextmanager
def _full(server: Server) -> Iterator[None]:
    """Every slot is held by a request that waits for its dependency."""
    plan = {"dependencyLatencyMs": 9000, "reason": "bench"}
    server.post("/api/chaos", plan)
    ends = threading.Event()

    def ask() -> None:
        with httpx.Client(timeout=30) as client:
            while not ends.is_set():
                client.get(f"{server.url}/api/users")

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(SLOTS + 8)]
    for thread in threads:
        thread.start()
    until(lambda: _slots_taken(server) == SLOTS, 15, "the slots are taken")
    yield
    ends.set()
    server.post("/api/chaos/disable")
    for thread in threads:
        thread.join(20)


def _slots_taken(server: Server) -> int:
    told: Any = server.get("/api/resilience")
    return int(next(b["inUse"] for b in told["bulkheads"] if b["name"] == "service"))


def _state(server: Server) -> str:
    breakers = server.client.get("/health").json()["data"]["breakers"]
    return next(str(each["state"]) for each in breakers if each["name"] == "database")


def _transitions(server: Server) -> list[tuple[str, float]]:
    query = "SELECT after, extract(epoch FROM at) FROM breaker_transition ORDER BY at, number"
    time.sleep(1)  # the last is stored with the next flush
    with psycopg.connect(server.setup.database_url) as connection:
        return [(str(to), float(at)) for to, at in connection.execute(query)]


def _lines(server: Server) -> Iterator[dict[str, Any]]:
    for line in server.log.read_text("utf-8").splitlines():
        if '"ironclad.access"' in line:
            yield json.loads(line)


def _refusals(server: Server) -> list[float]:
    """Milliseconds, of every request that the breaker refused."""
    return [
        each["duration"] for each in _lines(server) if each.get("pattern") == "breaker"
    ]


def bench() -> Sequence[Figure]:
    with stage.setup() as setup:
        more = {"IRONCLAD_ADMISSION_LIMIT": str(SLOTS)}
        with Server(replace(setup, more=more)) as server:
            until(lambda: server.client.get("/api/users").is_success, 20, "it answers")
            first = [slots(server), *beside(server)]
        with Server(setup) as server:
            until(lambda: server.client.get("/api/users").is_success, 20, "it answers")
            return [*first, *down(server)]


if __name__ == "__main__":
    sys.exit(report(bench))
