from __future__ import annotations

import asyncio

import pytest
from django.test import override_settings

from ironclad.edge import limits
from ironclad.edge.events import FaultDecision

from .driver import Edge, turn, waiting_for

HOST = (b"host", b"127.0.0.1")


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [HOST, HOST],
        [HOST, (b"x-a", b"one\r\n two")],
        [HOST, (b"x-a", b"a\x01b")],
        [HOST, (b"content-length", b"+3")],
        [HOST, (b"content-length", b"3"), (b"content-length", b"3")],
    ],
    ids=["no host", "two hosts", "folded", "control", "sign", "two lengths"],
)
async def test_what_no_honest_client_sends_is_malformed(
    headers: list[tuple[bytes, bytes]],
) -> None:
    edge = Edge()
    answer = await edge.get("/api/users", headers=headers)
    assert (answer.status, answer.code) == (400, "MALFORMED_REQUEST")
    assert edge.finished[0].refused == "MALFORMED_REQUEST"


async def test_a_nul_in_the_address_is_malformed() -> None:
    assert (await Edge().get("/api/users/\x00")).status == 400
    for asked in (b"q=a%00", b"q=\x00"):
        assert (await Edge().get("/api/users", query_string=asked)).status == 400


@pytest.mark.parametrize("sent", ["/api/users/\x80", "/api/users?q=\x80"])
async def test_what_is_not_ascii_must_be_encoded(sent: str) -> None:
    path, _, asked = sent.encode("latin-1").partition(b"?")
    edge = Edge()
    answer = await edge.get(sent, raw_path=path, query_string=asked)
    assert (answer.status, answer.code) == (400, "MALFORMED_REQUEST")
    encoded = await edge.get("/api/users/\x80", raw_path=b"/%c2%80")
    assert encoded.status == 200


async def test_a_long_address_is_414() -> None:
    answer = await Edge().get("/api/users", query_string=b"a" * 9000)
    assert answer.status == 414


async def test_a_body_over_the_limit_is_413_in_the_envelope() -> None:
    with override_settings(BODY_LIMIT=10):
        answer = await Edge().request("/api/users", "POST", b"x" * 11).answer()
    assert (answer.status, answer.code) == (413, "PAYLOAD_TOO_LARGE")


async def test_an_announced_body_over_the_limit_is_not_even_read() -> None:
    edge = Edge()
    client = edge.request(
        "/api/users", "POST", headers=[HOST, (b"content-length", b"99999999")]
    )
    assert (await client.answer()).status == 413
    assert client.queue.qsize() == 1


async def test_a_body_at_the_limit_arrives_whole() -> None:
    async def echo(_scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        message = await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": message["body"]})

    with override_settings(BODY_LIMIT=10):
        answer = await Edge(echo).request("/api/users", "POST", b"x" * 10).answer()
    assert answer.body == b"x" * 10


async def test_the_builtin_profile_answers_this_machine_only() -> None:
    with override_settings(BUILTIN=True):
        edge = Edge()
        assert (await edge.get("/livez", client=("192.0.2.1", 5))).status == 403
        assert (await edge.get("/livez", client=("::1", 5))).status == 200
    with override_settings(BUILTIN=False):
        assert (await Edge().get("/livez", client=("192.0.2.1", 5))).status == 200


@pytest.mark.parametrize("method", ["get", "Post"])
async def test_a_method_in_small_letters_is_malformed(method: str) -> None:
    edge = Edge(decision=FaultDecision(3, error=True))
    answer = await edge.request("/api/users", method).answer()
    assert (answer.status, answer.code) == (400, "MALFORMED_REQUEST")
    assert edge.faults.asked == []  # or a plan for GET would let `get` through


async def test_the_bodies_of_all_requests_together_are_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "_BODIES", 50_000)
    large = b"x" * 40_000
    release = asyncio.Event()
    edge = Edge(waiting_for(release))
    first = edge.request("/api/users", "POST", large)
    await turn()
    refused = await edge.request("/api/users", "POST", large).answer()
    assert (refused.status, refused.code) == (503, "BULKHEAD_FULL")
    small = edge.request("/api/chaos/disable", "POST", b"{}")
    release.set()
    assert [(await client.answer()).status for client in (first, small)] == [200, 200]
    assert (await edge.request("/api/users", "POST", large).answer()).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        [(b"x-%d" % number, b"a") for number in range(100)],
        [(b"x-a", b"a" * 16_384)],
    ],
    ids=["number", "size"],
)
async def test_too_many_or_too_large_headers_are_431(
    headers: list[tuple[bytes, bytes]],
) -> None:
    answer = await Edge().get("/api/users", headers=[HOST, *headers])
    assert (answer.status, answer.code) == (431, "MALFORMED_REQUEST")
    fewer = [(name, value[:-100]) for name, value in headers[:98]]
    assert (await Edge().get("/api/users", headers=[HOST, *fewer])).status == 200


@pytest.mark.parametrize("coding", [b"gzip", b"br", b"deflate, gzip", b"GZIP", b"x"])
async def test_a_packed_body_is_415_and_not_unpacked(coding: bytes) -> None:
    packed = [HOST, (b"content-encoding", coding)]
    answer = await (
        Edge().request("/api/users", "POST", b"\x1f\x8b" * 8, headers=packed).answer()
    )
    assert (answer.status, answer.code) == (415, "UNSUPPORTED_MEDIA_TYPE")
    plain = [HOST, (b"content-encoding", b"identity")]
    assert (await Edge().get("/api/users", headers=plain)).status == 200


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "DEBUG", "X" * 99])
async def test_a_method_that_nothing_here_has_is_405(method: str) -> None:
    edge = Edge(decision=FaultDecision(3, error=True))
    answer = await edge.request("/api/users", method).answer()
    assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")
    assert "PATCH" in answer.headers["allow"]
    assert edge.faults.asked == []
    assert [each.refused for each in edge.finished] == ["METHOD_NOT_ALLOWED"]
