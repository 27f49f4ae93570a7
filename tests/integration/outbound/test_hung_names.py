"""Names whose look-up never ends."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from ironclad.errors import DeadlineExceeded, OutboundUnavailable
from ironclad.outbound.client import Outbound

from .behaviours import answer, answers
from .servers import DEADLINE, Server, in_time


@pytest.fixture
def hung_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system's resolver never comes back for names that begin with "hung"."""
    known, over = socket.getaddrinfo, threading.Event()

    def look_up(host: bytes, *how: int) -> object:
        if host.startswith(b"hung"):
            over.wait()
            raise socket.gaierror
        return known(host, *how)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield
    over.set()


@pytest.mark.usefixtures("hung_names")
def test_it_cuts_a_name_that_is_not_resolved(outbound: Outbound) -> None:
    with in_time():
        outbound.request("GET", "http://hung.example/", deadline=DEADLINE)


@pytest.mark.usefixtures("hung_names")
def test_names_that_hang_keep_no_other_waiting(outbound: Outbound) -> None:
    for number in range(10):  # more than the executor of a loop would have threads
        outbound._guard.breaker.reset()
        with pytest.raises(DeadlineExceeded):
            outbound.request("GET", f"http://hung{number}.example/", deadline=0.02)
    with Server(answers(answer())) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        assert outbound.request("GET", url, deadline=2).status == 200


@pytest.mark.usefixtures("hung_names")
def test_beyond_32_names_that_hang_it_refuses(
    outbound: Outbound,
) -> None:
    for _ in range(400):  # one that is late already looks nothing up
        outbound._guard.breaker.reset()
        with pytest.raises((DeadlineExceeded, OutboundUnavailable)) as last:
            outbound.request("GET", "http://hung.example/", deadline=0.005)
        if last.type is OutboundUnavailable:
            break
    assert last.type is OutboundUnavailable
