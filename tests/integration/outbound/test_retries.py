"""What is tried again, and what the caller gets in the end."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from ironclad.errors import OutboundUnavailable
from ironclad.outbound.client import Outbound
from ironclad.resilience.events import Event, RetryRefused, RetryScheduled, events

from .behaviours import answer, answers, closes_before_the_answer, resets
from .conftest import MakeOutbound
from .servers import Behaviour, Peer, Server

FINE = answers(answer(body=b""))


def cuts_its_answer(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_what_is_idempotent_is_tried_again(outbound: Outbound, method: str) -> None:
    with Server(closes_before_the_answer, FINE) as server:
        assert outbound.request(method, server.url).status == 200
        assert len(server.requests) == 2


@pytest.mark.parametrize("breaks", [resets, cuts_its_answer, closes_before_the_answer])
def test_three_tries_are_made_and_no_more(
    outbound: Outbound, breaks: Behaviour
) -> None:
    with Server(breaks) as server:
        with pytest.raises(OutboundUnavailable, match=r"^prometheus cannot be reached"):
            outbound.request("GET", server.url)
        assert len(server.requests) == 3


@pytest.mark.parametrize("breaks", [resets, cuts_its_answer, closes_before_the_answer])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_the_server_may_have_read_is_not_sent_twice(
    outbound: Outbound, breaks: Behaviour, method: str
) -> None:
    with Server(breaks, FINE) as server:
        with pytest.raises(OutboundUnavailable):
            outbound.request(method, server.url, content=b"once")
        assert len(server.requests) == 1


def test_it_says_that_nobody_listens(outbound: Outbound) -> None:
    reason = "connection attempts failed"
    with Server(deaf=True) as server, pytest.raises(OutboundUnavailable, match=reason):
        outbound.request("GET", server.url)


def test_a_post_that_was_refused_a_connection_is_tried_again(
    outbound: Outbound,
) -> None:
    with Server(FINE, deaf=True) as server:
        events.subscribe(
            lambda event: server.hear() if isinstance(event, RetryScheduled) else None
        )
        assert outbound.request("POST", server.url, content=b"once").status == 200
        assert len(server.requests) == 1


def test_a_post_whose_handshake_failed_is_tried_again(outbound: Outbound) -> None:
    def slams(peer: Peer) -> None:
        peer.connection.recv(1)

    with Server(slams) as server:
        with pytest.raises(OutboundUnavailable):
            outbound.request("POST", server.url.replace("http:", "https:"))
        assert server.connections == 3


@pytest.mark.parametrize("status", [502, 503, 504])
def test_an_answer_for_a_system_that_is_away_is_asked_for_again(
    outbound: Outbound, status: int
) -> None:
    with Server(answers(answer(status), answer(200))) as server:
        assert outbound.request("GET", server.url).status == 200


def test_in_the_end_its_answer_is_the_answer(outbound: Outbound) -> None:
    late = answer(503, b"come back", b"Retry-After: 9\r\n")
    with Server(answers(late)) as server:
        told = outbound.request("GET", server.url)
        assert (told.status, told.body) == (503, b"come back")
        assert told.headers["retry-after"] == "9"
        assert len(server.requests) == 3


def test_a_post_that_was_answered_503_is_not_sent_twice(outbound: Outbound) -> None:
    with Server(answers(answer(503), answer(200))) as server:
        assert outbound.request("POST", server.url).status == 503
        assert len(server.requests) == 1


def test_retries_are_within_a_budget(outbound: Outbound, told: list[Event]) -> None:
    with Server(answers(*[answer(503), answer(200)] * 11)) as server:
        told_status = [outbound.request("GET", server.url).status for _ in range(11)]
    assert told_status == [200] * 10 + [503]
    assert [e.reason for e in told if isinstance(e, RetryRefused)] == ["budget"]


def test_an_operator_may_do_without(make: MakeOutbound, settings: Settings) -> None:
    settings.RETRY_BUDGET = 0
    with Server(answers(answer(503))) as server:
        assert make().request("GET", server.url).status == 503
        assert len(server.requests) == 1
