"""How many calls of one destination are under way at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pytest_django import Settings

from ironclad.errors import BulkheadFull, CircuitOpen, OutboundUnavailable
from ironclad.outbound import client
from ironclad.outbound.client import Outbound
from ironclad.resilience import process

from .behaviours import answer, closes_before_the_answer
from .conftest import MakeOutbound
from .servers import Peer, Server, takes, until


@contextmanager
def busy(outbound: Outbound, url: str, calls: int) -> Iterator[list[int]]:
    """So many calls are under way; what they were answered once they are over."""
    told: list[int] = []

    def call() -> None:
        told.append(outbound.request("GET", url).status)

    threads = [threading.Thread(target=call) for _ in range(calls)]
    for thread in threads:
        thread.start()
    bulkhead = process.bulkheads["outbound-prometheus"]
    until(lambda: bulkhead.in_use + bulkhead.waiting == calls)
    yield told
    for thread in threads:
        thread.join(5)


def held(release: threading.Event) -> Server:
    """A server that answers nobody before the release."""

    def behave(peer: Peer) -> None:
        while peer.read() and release.wait(5):
            peer.send(answer())

    return Server(behave)


def test_it_refuses_the_ninth_call_after_a_short_wait(
    make: MakeOutbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_WAIT", 0.1)
    outbound, release = make(), threading.Event()
    bulkhead = process.bulkheads["outbound-prometheus"]
    with held(release) as server, busy(outbound, server.url, 8) as told:
        with takes(0.09, 0.6), pytest.raises(BulkheadFull) as refusal:
            outbound.request("GET", server.url)
        assert (bulkhead.in_use, bulkhead.limit, bulkhead.refused) == (8, 8, 1)
        assert refusal.value.retry_after == 1
        release.set()
    assert told == [200] * 8
    assert bulkhead.in_use == 0


def test_the_ninth_call_gets_a_place_that_is_left_in_time(outbound: Outbound) -> None:
    release = threading.Event()
    with held(release) as server, busy(outbound, server.url, 9) as told:
        assert process.bulkheads["outbound-prometheus"].waiting == 1
        release.set()
    assert told == [200] * 9


def test_being_refused_a_place_tells_the_breaker_nothing(
    make: MakeOutbound, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(client, "_WAIT", 0)
    settings.BREAKER_OPEN = 0.01
    outbound, release = make(places=1), threading.Event()
    with held(release) as server, busy(outbound, server.url, 1):
        outbound._guard.breaker.trip()
        until(lambda: outbound._guard.refuses() is None)
        with pytest.raises(BulkheadFull):
            outbound.request("GET", server.url)
        assert outbound._guard.breaker.standing().state == "open"
        release.set()


def test_an_open_breaker_refuses_before_there_is_a_place(make: MakeOutbound) -> None:
    outbound, release = make(places=1), threading.Event()
    with held(release) as server, busy(outbound, server.url, 1):
        outbound._guard.breaker.trip()
        with takes(0, 0.5), pytest.raises(CircuitOpen):
            outbound.request("GET", server.url)
        release.set()


def test_no_place_is_held_after_a_failure(outbound: Outbound) -> None:
    with Server(closes_before_the_answer) as server, pytest.raises(OutboundUnavailable):
        outbound.request("POST", server.url)
    assert process.bulkheads["outbound-prometheus"].in_use == 0
