"""A call ends with its deadline, whatever the other side does."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

import pytest
from httpx import Request
from pytest_django import Settings

from ironclad.errors import DeadlineExceeded, IroncladError
from ironclad.outbound.client import Outbound
from ironclad.outbound.courier import courier
from ironclad.outbound.exchange import Exchange
from ironclad.resilience.deadline import within

from .behaviours import answer, answers, reads_nothing, says_nothing, trickles
from .servers import DEADLINE, Behaviour, Peer, Server, in_time, until

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
SLOW: dict[str, Behaviour] = {
    "says nothing": says_nothing,
    "trickles a header": trickles(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.1),
    "trickles headers": trickles(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n", 0.1),
    "trickles a body": trickles(
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x", 0.1
    ),
    "never ends its body": trickles(CHUNKED, b"1\r\nx\r\n", 0.001),
    "only ever continues": trickles(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01),
}


@pytest.mark.parametrize("behaviour", SLOW.values(), ids=SLOW)
def test_it_cuts_a_server_that(outbound: Outbound, behaviour: Behaviour) -> None:
    with Server(behaviour) as server:
        with in_time():
            outbound.request("GET", server.url, deadline=DEADLINE)
        assert len(server.requests) == 1
        until(lambda: server.ended == 1)  # nothing is left open


def test_it_cuts_a_server_that_does_not_read(outbound: Outbound) -> None:
    large = b"x" * 32 * 1024 * 1024
    with Server(reads_nothing) as server, in_time():
        outbound.request("POST", server.url, content=large, deadline=DEADLINE)


def test_it_cuts_and_closes_a_handshake_that_hangs(outbound: Outbound) -> None:
    with Server(Peer.hold) as server:
        url = server.url.replace("http:", "https:")
        with in_time():
            outbound.request("GET", url, deadline=DEADLINE)
        until(lambda: server.ended == 1)


def test_it_cuts_a_connection_that_is_not_answered(outbound: Outbound) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        # The queue of the listener is full, so the next SYN is dropped.
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(2)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(address)
        with in_time():
            outbound.request(
                "GET", f"http://127.0.0.1:{address[1]}/", deadline=DEADLINE
            )
        for each in waiting:
            each.close()


def test_it_never_outlasts_the_deadline_that_is_handed_down(outbound: Outbound) -> None:
    with Server(says_nothing) as server, within(DEADLINE), in_time():
        outbound.request("GET", server.url, deadline=10)


def test_it_never_outlasts_the_setting(outbound: Outbound, settings: Settings) -> None:
    settings.OUTBOUND_DEADLINE = DEADLINE
    with Server(says_nothing) as server:
        for asked in (None, 10.0):
            with in_time():
                outbound.request("GET", server.url, deadline=asked)


def test_tries_share_one_deadline(outbound: Outbound) -> None:
    def slow_503(peer: Peer) -> None:
        while peer.read() and not peer.over.wait(0.2):
            peer.send(answer(503))

    with Server(slow_503) as server, in_time():
        outbound.request("GET", server.url, deadline=DEADLINE)
    assert len(server.requests) == 2


def test_it_ends_in_time_where_the_loop_is_held_up(outbound: Outbound) -> None:
    with Server(answers(answer())) as server:
        courier()._loop.call_soon_threadsafe(time.sleep, 1)
        with in_time():
            outbound.request("GET", server.url, deadline=DEADLINE)


def test_it_is_cut_where_nobody_waits_for_it() -> None:
    with Server(says_nothing) as server:
        ends = time.monotonic() + DEADLINE
        exchange = Exchange("x", Request("GET", server.url), ends=ends, limit=1)
        left = courier().submit(exchange._within_deadline)
        assert isinstance(left.exception(2), DeadlineExceeded)


def test_calls_cut_at_any_moment_leave_nothing_in_the_pool(outbound: Outbound) -> None:
    def sweep(url: str) -> None:
        for step in range(200):  # the answer comes somewhere in between
            outbound._guard.breaker.reset()
            with suppress(IroncladError):
                outbound.request("POST", url, deadline=0.0005 + step * 0.00004)

    with Server(answers(answer())) as server:
        threads = [threading.Thread(target=sweep, args=(server.url,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        pool = courier()._client._transport._pool  # type: ignore[attr-defined]
        until(lambda: all(each.is_idle() for each in pool.connections))
        assert pool._requests == []


def test_a_deadline_that_has_passed_asks_nothing(outbound: Outbound) -> None:
    with Server(answers(answer())) as server:
        with within(0), pytest.raises(DeadlineExceeded):
            outbound.request("GET", server.url)
        assert server.connections == 0
    assert outbound._guard.breaker.standing().failures == 0
