"""Several processes behind one port: replicas to all who count them, one server to all who ask."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from tests.acceptance.harness.books import of_samples
from tests.acceptance.harness.processes import Server, Setup
from tests.acceptance.harness.waiting import PATIENCE, until

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.patient,
    pytest.mark.timeout(120 * PATIENCE),
]


@pytest.fixture(scope="module")
def several(shared_setup: Setup) -> Iterator[Server]:
    setup = replace(shared_setup, seed=False, more={"WEB_PROCESSES": "2"})
    with Server(setup) as server:
        until(lambda: len(_up(server)) == 2, 30, "both processes answer")
        until(lambda: _replicas(server) == 2, 10, "both are known as replicas")
        yield server


def _metrics(server: Server) -> list[str]:
    return server.client.get("/metrics").text.splitlines()


def _up(server: Server) -> list[str]:
    """The processes that told their metrics."""
    told = [x for x in _metrics(server) if x.startswith("ironclad_process_up{")]
    return [line.split('"')[1] for line in told if line.endswith(" 1")]


def _replicas(server: Server, known: str = "count") -> int:
    """Those that are there, or those that `known` says of."""
    plan = server.get("/api/chaos")
    assert isinstance(plan, dict)
    return int(plan["replicas"][known])


def _counted(server: Server) -> Counter[str]:
    """Requests for users, by process."""
    found: Counter[str] = Counter()
    for line in _metrics(server):
        if line.startswith("http_requests_total{") and 'route="/api/users"' in line:
            found[line.split('process="')[1][0]] += int(float(line.split()[-1]))
    return found


def _children(pid: int) -> list[int]:
    told = subprocess.run(
        ["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(each) for each in told.stdout.split()]


def _once(server: Server) -> int:
    """Over a connection of its own."""
    return httpx.get(f"{server.url}/api/users?limit=1", timeout=30).status_code


class Load(threading.Thread):
    """Asks until it is stopped, by turns over a kept connection and over new ones."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._server = server
        self._over = threading.Event()
        self.seen: Counter[int | str] = Counter()

    def run(self) -> None:
        address = f"{self._server.url}/api/users?limit=1"
        with httpx.Client(timeout=30) as kept:
            while not self._over.is_set():
                for ask in (kept.get, httpx.get):
                    try:
                        self.seen[ask(address).status_code] += 1
                    except httpx.TransportError as error:
                        self.seen[repr(error)] += 1

    def stop(self) -> Counter[int | str]:
        self._over.set()
        self.join()
        return self.seen


def test_each_process_counts_its_own_and_the_sums_agree(several: Server) -> None:
    before, stored = _counted(several), of_samples(several.setup.database_url).requests
    asked = 40
    assert {_once(several) for _ in range(asked)} == {200}
    each = {n: count - before[n] for n, count in _counted(several).items()}
    assert sum(each.values()) == asked
    assert min(each.values()) > 0, f"one process had nothing to do: {each}"
    until(
        lambda: of_samples(several.setup.database_url).requests == stored + asked,
        10,
        "the samples of both are stored",
    )


def test_a_fault_and_its_end_reach_both(several: Server) -> None:
    several.post("/api/chaos", {"errorRate": 1, "reason": "both"})
    until(lambda: {_once(several) for _ in range(12)} == {500}, 5, "both fail")
    several.post("/api/chaos/disable", {"reason": "over"})
    until(lambda: {_once(several) for _ in range(12)} == {200}, 5, "both are well")


def test_no_request_fails_while_every_process_is_replaced(several: Server) -> None:
    before = set(_children(several.pid))
    load = Load(several)
    load.start()
    try:
        os.kill(several.pid, signal.SIGHUP)
        until(
            lambda: (
                len(_children(several.pid)) == 2
                and not before & set(_children(several.pid))
            ),
            60,
            "both are new",
        )
    finally:
        seen = load.stop()
    assert set(seen) == {200}, seen
    until(lambda: _replicas(several) == 2, 30, "the old ones are known to be gone")


def test_a_process_that_is_killed_is_started_again(several: Server) -> None:
    killed = _children(several.pid)[0]
    os.kill(killed, signal.SIGKILL)
    assert {_once(several) for _ in range(6)} == {200}, "the other one serves"
    until(lambda: len(_up(several)) == 2, 30, "it is there again")
    assert killed not in _children(several.pid)


def test_they_leave_as_one_and_nobody_is_turned_away(several: Server) -> None:
    several.post("/api/chaos", {"latencyMs": 3000, "reason": "held"})
    until(lambda: _replicas(several, "confirmed") == 2, 10, "both hold requests")
    held = [
        threading.Thread(target=lambda: seen.append(_once(several))) for _ in "1234"
    ]
    seen: list[int] = []
    for each in held:
        each.start()
    until(lambda: _in_flight(several) == len(held) + 1, 10, "all are held")
    os.kill(several.pid, signal.SIGTERM)
    for each in held:
        each.join()
    assert seen == [200] * len(held)
    until(lambda: not several.running, 15, "the supervisor ends")
    assert several.stop() == 0


def _in_flight(server: Server) -> float:
    told = [x for x in _metrics(server) if x.startswith("http_requests_in_flight{")]
    return sum(float(line.split()[-1]) for line in told)


def test_what_no_process_can_start_with_is_said_once(shared_setup: Setup) -> None:
    more = {"WEB_PROCESSES": "2", "IRONCLAD_RATE_LIMIT": "often"}
    server = Server(replace(shared_setup, seed=False, more=more)).start()
    until(lambda: not server.running, 30, "it gives up")
    assert server.stop() == 1
    told = server.log.read_text("utf-8")
    assert told.count("IRONCLAD_RATE_LIMIT is 'often'") == 1
