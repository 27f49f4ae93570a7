"""The thread that carries the calls may die, and the process may end."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import Future

from httpx import Response

from ironclad.errors import IroncladError, OutboundUnavailable
from ironclad.outbound import courier
from ironclad.outbound.client import Outbound

from .behaviours import answer, answers, says_nothing
from .conftest import kill
from .servers import Server, takes, until


def test_the_call_after_its_death_starts_another(outbound: Outbound) -> None:
    with Server(answers(answer())) as server:
        assert outbound.request("GET", server.url).status == 200
        kill()
        assert outbound.request("GET", server.url).status == 200


def test_the_same_thread_carries_all_calls(outbound: Outbound) -> None:
    with Server(answers(answer())) as server:
        outbound.request("GET", server.url)
        before = courier.courier()
        outbound.request("GET", server.url)
        assert courier.courier() is before


def test_calls_under_way_at_its_death_end_at_once(outbound: Outbound) -> None:
    ended: list[IroncladError] = []

    def call(url: str) -> None:
        try:
            outbound.request("POST", url)
        except IroncladError as error:
            ended.append(error)

    with Server(says_nothing) as server, takes(0, 2):
        thread = threading.Thread(target=call, args=(server.url,))
        thread.start()
        until(lambda: len(server.requests) == 1)
        kill()
        thread.join(5)
        until(lambda: server.ended == 1)
        assert len(server.requests) == 1  # nobody knows what became of it
    assert [type(error) for error in ended] == [OutboundUnavailable]
    assert "has died" in ended[0].message


def test_what_is_submitted_to_a_dead_one_is_cancelled() -> None:
    alive = courier.courier()
    kill()
    assert alive.submit(lambda client: client.aclose()).cancelled()


def test_what_is_submitted_while_it_dies_is_cancelled() -> None:
    last: list[Future[Response]] = []
    dying = courier.courier()

    def die() -> None:
        dying._loop.stop()
        last.append(dying.submit(lambda client: client.get("http://127.0.0.1:9/")))

    dying._loop.call_soon_threadsafe(die)
    dying._thread.join(5)
    assert last[0].cancelled()


def test_a_thread_that_is_killed_under_load_strands_nobody(outbound: Outbound) -> None:
    over = threading.Event()
    slowest = [0.0] * 4

    def call(number: int, url: str) -> None:
        while not over.is_set():
            began = time.monotonic()
            try:
                outbound.request("POST", url, deadline=20)
            except IroncladError:
                outbound._guard.breaker.reset()
            slowest[number] = max(slowest[number], time.monotonic() - began)

    with Server(answers(answer())) as server:
        threads = [
            threading.Thread(target=call, args=(number, server.url))
            for number in range(4)
        ]
        for thread in threads:
            thread.start()
        for _ in range(10):
            made = len(server.requests)
            until(lambda made=made: len(server.requests) > made + 5)  # type: ignore[misc]
            kill()
        over.set()
        for thread in threads:
            thread.join(5)
    assert max(slowest) < 2


HANGS = """
import os, socket, threading, time
import django
django.setup()
from ironclad.errors import DeadlineExceeded
from ironclad.outbound.client import Outbound
socket.getaddrinfo = lambda *_: threading.Event().wait()
listener = socket.create_server(("127.0.0.1", 0))
for host in ("hung.example", "127.0.0.1"):
    try:
        port = listener.getsockname()[1]
        Outbound("x").request("GET", f"http://{host}:{port}/", deadline=0.1)
    except DeadlineExceeded:
        print("cut", flush=True)
listener.close()
print(time.monotonic())
"""


def test_a_name_that_hangs_does_not_hold_the_end_of_the_process() -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", HANGS],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    first, second, ending = ended.stdout.split()
    assert (first, second) == ("cut", "cut")
    assert time.monotonic() - float(ending) < 2
    assert ended.stderr == ""
