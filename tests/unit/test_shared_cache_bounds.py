"""A Redis that never comes to an end costs a bounded time and a bounded memory."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings
from redis import RedisError

from ironclad.resilience import process
from ironclad.shared_cache import LONGEST, TIMEOUT, SharedCache, _client, breaker
from ironclad.shared_cache_allowance import allowance
from ironclad.shared_cache_connection import LARGEST, Bound

FLOOD = 64 * LARGEST  # bytes: where a server gives up that nobody stops
Answer = Callable[[socket.socket], None]


class Odd:
    """A server that answers whatever it is asked in its own way."""

    def __init__(self, answer: Answer) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self._answer = answer
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with self.listener:
            client, _ = self.listener.accept()
        with client:
            client.recv(4096)
            try:
                self._answer(client)
            except OSError:
                return


@pytest.fixture
def cache_of(settings: Settings) -> Iterator[Callable[[Answer], SharedCache]]:
    def made(answer: Answer) -> SharedCache:
        port = Odd(answer).listener.getsockname()[1]
        settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
        _client.cache_clear()
        breaker.cache_clear()
        return SharedCache("", {})

    yield made
    _client.cache_clear()
    breaker.cache_clear()
    process.breakers.pop("redis", None)


def test_one_that_drips_costs_no_more_than_one_that_hangs(
    cache_of: Callable[[Answer], SharedCache],
) -> None:
    def drip(client: socket.socket) -> None:
        client.sendall(b"$1000\r\n")
        for _ in range(40):
            client.sendall(b"x")
            time.sleep(TIMEOUT / 4)

    cache = cache_of(drip)
    began = time.monotonic()
    with pytest.raises(RedisError):
        cache.get("key")
    assert time.monotonic() - began < 1.5 * LONGEST


def test_one_that_pours_is_not_listened_to(
    cache_of: Callable[[Answer], SharedCache],
) -> None:
    poured = 0

    def pour(client: socket.socket) -> None:
        nonlocal poured
        client.sendall(b"$1000000000\r\n")
        while poured < FLOOD:
            poured += client.send(bytes(64 * 1024))

    cache = cache_of(pour)
    with pytest.raises(RedisError):
        cache.get("key")
    # What the two ends of a connection keep on the way is some megabytes.
    assert poured < FLOOD / 2


def test_a_connection_made_late_is_no_slower_afterwards() -> None:
    """It was made in what was left of an operation, which says nothing of the next."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        times = dict.fromkeys(("socket_timeout", "socket_connect_timeout"), TIMEOUT)
        bounds = {"host": "127.0.0.1", "port": port, **times}
        with allowance(TIMEOUT / 4, LARGEST):
            made = Bound(**bounds)._connect()  # type: ignore[no-untyped-call]
        with contextlib.closing(made):
            assert made.gettimeout() == TIMEOUT
