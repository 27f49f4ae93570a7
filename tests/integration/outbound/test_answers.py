"""What is sent, and what the caller gets."""

from __future__ import annotations

import json
import threading

import pytest

from ironclad.errors import OutboundUnavailable
from ironclad.outbound import courier
from ironclad.outbound.answer import Answer, AnswerTooLarge
from ironclad.outbound.client import Outbound

from .behaviours import answer, answers, trickles
from .conftest import MakeOutbound, kill
from .servers import Behaviour, Server

ENDLESS = trickles(
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"1000\r\n" + b"x" * 0x1000 + b"\r\n",
    0,
)


def test_it_gives_back_status_headers_and_body(outbound: Outbound) -> None:
    with Server(answers(answer(201, b"made", b"X-Kind: user\r\n"))) as server:
        told = outbound.request("GET", server.url)
    assert told == Answer(201, {"content-length": "4", "x-kind": "user"}, b"made")


@pytest.mark.parametrize("status", [204, 302, 404, 429, 500, 501])
def test_every_status_is_an_answer(outbound: Outbound, status: int) -> None:
    elsewhere = answer(status, b"", b"Location: /elsewhere\r\n")
    with Server(answers(elsewhere)) as server:
        assert outbound.request("GET", server.url).status == status
        assert len(server.requests) == 1
    assert outbound._guard.breaker.standing().failures == 0


def test_it_sends_method_path_headers_and_json(outbound: Outbound) -> None:
    with Server(answers(answer())) as server:
        url = f"{server.url}hook?a=1"
        outbound.request("post", url, headers={"X-Id": "7"}, json={"up": True})
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?a=1 HTTP/1.1\r\n")
    assert b"\r\nx-id: 7\r\n" in head
    assert b"\r\naccept-encoding: identity\r\n" in head
    assert json.loads(body) == {"up": True}


def test_it_sends_bytes_as_they_are(outbound: Outbound) -> None:
    with Server(answers(answer())) as server:
        outbound.request("PUT", server.url, content=b"\x00raw")
    assert server.requests[0].endswith(b"\r\n\r\n\x00raw")


def test_credentials_in_the_url_are_basic_authentication(outbound: Outbound) -> None:
    with Server(answers(answer())) as server:
        outbound.request("GET", server.url.replace("//", "//ann:secret@"))
    assert b"Authorization: Basic YW5uOnNlY3JldA==" in server.requests[0]


def test_it_uses_a_connection_again(outbound: Outbound) -> None:
    with Server(answers(answer())) as server:
        for _ in range(3):
            outbound.request("GET", server.url)
        assert (len(server.requests), server.connections) == (3, 1)


def test_it_keeps_no_cookie(outbound: Outbound) -> None:
    with Server(answers(answer(headers=b"Set-Cookie: a=b; Path=/\r\n"))) as server:
        for _ in range(2):
            outbound.request("GET", server.url)
    assert b"cookie" not in server.requests[1].lower()
    assert len(courier.courier()._client.cookies) == 0


def test_it_takes_no_proxy_from_the_environment(
    outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill()  # so that the client is made anew
    for name in ("HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Server(answers(answer())) as server:
        assert outbound.request("GET", server.url).status == 200


@pytest.mark.parametrize("size", [999, 1000])
def test_it_reads_a_body_up_to_the_limit(make: MakeOutbound, size: int) -> None:
    with Server(answers(answer(body=b"x" * size))) as server:
        told = make(body_limit=1000).request("GET", server.url)
    assert len(told.body) == size


@pytest.mark.parametrize("behaviour", [answers(answer(body=b"x" * 1001)), ENDLESS])
def test_it_refuses_a_larger_one(make: MakeOutbound, behaviour: Behaviour) -> None:
    limited = make(body_limit=1000)
    with Server(behaviour) as server, pytest.raises(AnswerTooLarge):
        limited.request("GET", server.url)
    assert server.connections == 1  # there is no sense in trying again
    assert limited._guard.breaker.standing().failures == 0


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/", "127.0.0.1:80", "http://", "http://a:pass word:x/"]
)
def test_it_refuses_what_is_no_url_of_http(outbound: Outbound, url: str) -> None:
    with pytest.raises(ValueError, match=r"^The address of prometheus is not a URL"):
        outbound.request("GET", url)


def test_it_refuses_a_header_that_would_be_two(outbound: Outbound) -> None:
    with Server(answers(answer())) as server, pytest.raises(ValueError, match="sent"):
        outbound.request("GET", server.url, headers={"x": "a\r\nsecret: b"})
    assert server.requests == []


def test_an_answer_that_is_not_http_is_none(outbound: Outbound) -> None:
    mail = answers(b"220 mail.example.org ESMTP\r\n\r\n")
    with Server(mail) as server, pytest.raises(OutboundUnavailable, match="Protocol"):
        outbound.request("POST", server.url)


def test_a_server_without_tls_is_not_asked(outbound: Outbound) -> None:
    plain = Server(lambda peer: peer.send(answer()))
    with plain as server, pytest.raises(OutboundUnavailable, match="SSL"):
        outbound.request("POST", server.url.replace("http:", "https:"))
    assert server.requests == []


def test_any_thread_may_call(outbound: Outbound) -> None:
    told: list[bytes] = []
    with Server(answers(answer())) as server:

        def call() -> None:
            told.append(outbound.request("GET", server.url).body)

        threads = [threading.Thread(target=call) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
    assert told == [b"fine"] * 8
