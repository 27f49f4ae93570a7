from __future__ import annotations

import pytest

from .driver import Edge, http_scope


def _with(value: bytes) -> list[tuple[bytes, bytes]]:
    return [(b"host", b"x"), (b"x-request-id", value)]


@pytest.mark.parametrize("sent", [b"abcd-123", b"a" * 64, b"A_b-C_d-9"])
async def test_it_keeps_a_good_id(sent: bytes) -> None:
    edge = Edge()
    answer = await edge.get("/api/users", headers=_with(sent))
    assert answer.headers["x-request-id"] == sent.decode()
    assert edge.finished[0].request_id == sent.decode()


@pytest.mark.parametrize("sent", [b"short", b"a" * 65, b"a b c d e f", b"abcdefgh\n"])
async def test_it_replaces_a_bad_one(sent: bytes) -> None:
    answer = await Edge().get("/livez", headers=_with(sent))
    assert answer.headers["x-request-id"] != sent.decode()
    assert len(answer.headers["x-request-id"]) == 32


async def test_the_envelope_tells_the_same_id() -> None:
    answer = await Edge().get("/livez")
    assert answer.json["meta"]["requestId"] == answer.headers["x-request-id"]


async def test_a_websocket_has_its_facts_and_is_not_counted() -> None:
    edge = Edge()
    scope = {**http_scope("/ws/console"), "type": "websocket"}
    from .driver import Client

    await Client(edge.app, scope, b"").answer()
    assert scope["ironclad"].request_id
    assert edge.finished == []
