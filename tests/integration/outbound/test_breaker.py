"""The breaker and the bulkhead of a destination."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from pytest_django import Settings

from ironclad.errors import (
    CircuitOpen,
    DeadlineExceeded,
)
from ironclad.outbound.client import Outbound
from ironclad.resilience import process
from ironclad.resilience.effects import Effects, effects
from ironclad.resilience.events import Event, RetryScheduled
from ironclad.resilience.patterns import PATTERNS

from .behaviours import answer, answers, says_nothing
from .conftest import MakeOutbound
from .servers import Server, takes, until


def test_it_leaves_a_destination_alone_after_five_failures(outbound: Outbound) -> None:
    with Server(answers(answer(503))) as server:
        for _ in range(5):
            outbound.request("POST", server.url)
        with pytest.raises(CircuitOpen) as refusal:
            outbound.request("POST", server.url)
        assert len(server.requests) == 5
    assert refusal.value.message.startswith("prometheus has failed repeatedly")
    assert refusal.value.retry_after == 30


def test_tries_count_and_the_retry_is_not_made(outbound: Outbound) -> None:
    with Server(answers(answer(503))) as server:
        assert outbound.request("GET", server.url).status == 503
        assert outbound.request("GET", server.url).status == 503
        assert len(server.requests) == 5


def test_a_deadline_is_a_failure(outbound: Outbound) -> None:
    with Server(says_nothing) as server, pytest.raises(DeadlineExceeded):
        outbound.request("GET", server.url, deadline=0.05)
    assert process.breakers["prometheus"].standing().failures == 1


def test_a_trial_that_succeeds_closes_it(
    make: MakeOutbound, settings: Settings
) -> None:
    settings.BREAKER_OPEN = 0.05
    outbound = make()
    outbound._guard.breaker.trip()
    until(lambda: outbound._guard.refuses() is None)
    with Server(answers(answer())) as server:
        assert outbound.request("GET", server.url).status == 200
    assert process.breakers["prometheus"].standing().state == "closed"


def test_whoever_waits_for_a_retry_is_told_when_it_opens(
    make: MakeOutbound, settings: Settings, told: list[Event]
) -> None:
    settings.RETRY_BASE = 10
    outbound = make()

    def trip() -> None:
        until(lambda: any(isinstance(event, RetryScheduled) for event in told))
        outbound._guard.breaker.trip()

    tripping = threading.Thread(target=trip)
    tripping.start()
    away = Server(answers(answer(503)))
    with away as server, takes(0, 3), pytest.raises(CircuitOpen):
        outbound.request("GET", server.url)
    tripping.join(5)


def test_an_exercise_with_the_patterns_does_not_reach_it(
    outbound: Outbound, switch_off: Callable[..., None]
) -> None:
    switch_off(*PATTERNS)
    outbound._guard.breaker.trip()
    with pytest.raises(CircuitOpen):
        outbound.request("GET", "http://127.0.0.1:9/")


def test_the_request_being_served_is_not_told_of_it(outbound: Outbound) -> None:
    noted = Effects("GET", "/api/users")
    token = effects.set(noted)
    with Server(answers(answer(503))) as server:
        for _ in range(2):
            outbound.request("GET", server.url)
        with pytest.raises(CircuitOpen):
            outbound.request("GET", server.url)
    effects.reset(token)
    assert noted == Effects("GET", "/api/users")
