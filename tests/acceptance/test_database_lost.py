"""PostgreSQL killed or hung for longer than any deadline, during traffic and a fault."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import psycopg
import pytest

from ironclad.embedded.postgres import Postgres
from tests.acceptance.harness import books
from tests.acceptance.harness.consoles import Closed, Console, sign_in
from tests.acceptance.harness.databases import signal_all
from tests.acceptance.harness.processes import Server, Setup, Traffic
from tests.acceptance.harness.waiting import until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]
AWAY = 16.0  # seconds
# Else the way back would take the rest of the breaker's half a minute.
QUICK = {"IRONCLAD_BREAKER_OPEN": "5"}
RATE = 20
NORMAL = 1.0
HEALTH = 5.0
DEADLINE = 10.0  # settings.REQUEST_DEADLINE
FAULTS = 5.0
REFUSED = {"DATABASE_UNAVAILABLE", "DEADLINE_EXCEEDED", "CIRCUIT_OPEN", "BULKHEAD_FULL"}


@dataclass
class Seen:
    """One probe's answers: (seconds after the loss, status, seconds it took, code)."""

    answers: list[tuple[float, int, float, str]] = field(default_factory=list)


class Watch(threading.Thread):
    """Asks one address again and again from its own connection."""

    def __init__(self, server: Server, path: str, every: float) -> None:
        super().__init__(daemon=True)
        self.seen = Seen()
        self._url = server.url + path
        self._every = every
        self._ends = threading.Event()

    def run(self) -> None:
        began = time.monotonic()
        with httpx.Client(timeout=20) as client:
            while not self._ends.is_set():
                asked = time.monotonic()
                status, code = 0, ""
                try:
                    answer = client.get(self._url)
                    status = answer.status_code
                    if status >= 500 and "json" in answer.headers["content-type"]:
                        errors = answer.json().get("errors") or [{}]
                        code = errors[0].get("code", "")
                except httpx.TransportError as error:
                    code = type(error).__name__
                took = time.monotonic() - asked
                self.seen.answers.append((asked - began, status, took, code))
                self._ends.wait(self._every)

    def finish(self) -> list[tuple[float, int, float, str]]:
        self._ends.set()
        self.join(25)
        return self.seen.answers


@contextmanager
def _lost(postgres: Postgres, how: signal.Signals) -> Iterator[None]:
    signal_all(postgres, how)
    if how is signal.SIGKILL:
        until(lambda: postgres.poll() is not None, 5, "it is dead")
    try:
        yield
    finally:
        if how is signal.SIGSTOP:
            signal_all(postgres, signal.SIGCONT)
        else:
            postgres.start()


def _code(answer: Any) -> str:
    return str(answer[3])


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(signal.SIGKILL, marks=pytest.mark.thorough),
        signal.SIGSTOP,  # the harder one: nothing is refused, and nothing answers
    ],
    ids=lambda s: s.name,
)
def test_the_service_says_so_and_nothing_is_lost(
    how: signal.Signals, breakable: Setup, postgres: Postgres
) -> None:
    with Server(replace(breakable, more=QUICK)) as server, Traffic(server) as traffic:
        server.post("/api/traffic", {"rate": RATE})
        server.post("/api/chaos", {"errorRate": 0.1, "reason": "before the loss"})
        url = breakable.database_url
        until(lambda: books.of_timeline(url).errors > 2, 15, "faults are counted")
        console = ConsoleWatch(server, sign_in(server))
        console.start()
        until(lambda: console.messages, 10, "the console moves")
        watches = {
            "/metrics": Watch(server, "/metrics", 0.5),
            "/livez": Watch(server, "/livez", 0.5),
            "/health": Watch(server, "/health", 0.5),
            "/api/users": Watch(server, "/api/users?limit=1", 0.25),
        }
        with _lost(postgres, how):
            lost = time.monotonic()
            for watch in watches.values():
                watch.start()
            time.sleep(AWAY)
            answers = {path: watch.finish() for path, watch in watches.items()}
        back = time.monotonic()
        until(lambda: _healthy(server), 20, "/health is 200 again")
        _it_answered_without_the_database(answers)
        console.it_said_so_and_kept_moving(lost, back)
        server.post("/api/traffic", {"rate": 0})
        until(lambda: books.generator_row(url).rate == 0, 10, "the traffic stops")
        assert traffic.running

        def complete() -> bool:
            told = books.of_metrics(server)
            return books.of_samples(url) == told == books.of_timeline(url)

        until(complete, 30, "all samples arrived, none twice")
        _no_second_is_missing(url)


def _healthy(server: Server) -> bool:
    return server.client.get("/health").status_code == 200


def _it_answered_without_the_database(
    answers: dict[str, list[tuple[float, int, float, str]]],
) -> None:
    for path in ("/metrics", "/livez"):
        assert len(answers[path]) > AWAY
        assert {status for _, status, _, _ in answers[path]} == {200}, answers[path]
        assert max(took for _, _, took, _ in answers[path]) < NORMAL
    health = answers["/health"]
    assert max(took for _, _, took, _ in health) <= HEALTH + 0.5, health
    unhealthy = min(asked + took for asked, status, took, _ in health if status == 503)
    assert unhealthy <= HEALTH + 0.5
    assert {status for asked, status, _, _ in health if asked > HEALTH} == {503}
    users = answers["/api/users"]
    assert max(took for _, _, took, _ in users) <= DEADLINE + 1, users
    after = [answer for answer in users if answer[0] > FAULTS + 0.5]
    assert after, users
    assert {status for _, status, _, _ in after} <= {503, 504}, after
    # Every refusal is in the envelope, and no fault outlives its lease.
    assert {_code(answer) for answer in after} <= REFUSED, after


def _no_second_is_missing(url: str) -> None:
    query = (
        "SELECT count(*), extract(epoch FROM max(second) - min(second))::int + 1"
        " FROM sli_sample GROUP BY replica"
    )
    with psycopg.connect(url) as connection:
        for count, span in connection.execute(query).fetchall():
            assert count == span


class ConsoleWatch(threading.Thread):
    """An open console; keeps when each snapshot came and what it said."""

    def __init__(self, server: Server, cookie: str) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._cookie = cookie
        self.messages: list[tuple[float, dict[str, Any]]] = []
        self.closed: int | None = None

    def run(self) -> None:
        try:
            asyncio.run(self._follow())
        except Closed as closed:
            self.closed = closed.code
        except (OSError, EOFError):
            self.closed = 0  # the server ended, as it does at the end of the test

    async def _follow(self) -> None:
        console = await Console.open(self._server, self._cookie)
        try:
            while True:
                self.messages.append((time.monotonic(), await console.snapshot()))
        finally:
            console.close()

    def it_said_so_and_kept_moving(self, lost: float, back: float) -> None:
        assert self.closed is None
        during = [(at, said) for at, said in self.messages if lost + 4 < at < back]
        assert len(during) >= AWAY - 4 - 3
        assert {said["database"]["ok"] for _, said in during} == {False}
        assert {said["source"] for _, said in during} == {"replica"}
        newest = [said["points"][-1]["t"] for _, said in during]
        assert newest == sorted(newest)
        assert newest[-1] - newest[0] >= AWAY - 4 - 4
