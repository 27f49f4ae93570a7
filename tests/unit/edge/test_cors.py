from __future__ import annotations

import pytest
from django.test import override_settings

from .driver import Edge

FRIEND = b"https://friend.example"
ORIGIN = "access-control-allow-origin"


def _from(origin: bytes, *more: tuple[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    return [(b"host", b"127.0.0.1"), (b"origin", origin), *more]


@pytest.fixture
def edge() -> Edge:
    with override_settings(CORS_ALLOWED_ORIGINS=[FRIEND.decode()]):
        return Edge()


async def test_an_allowed_origin_may_read_the_api(edge: Edge) -> None:
    answer = await edge.get("/api/slo", headers=_from(FRIEND))
    assert answer.headers[ORIGIN] == FRIEND.decode()
    assert "access-control-allow-credentials" not in answer.headers


async def test_other_origins_may_not(edge: Edge) -> None:
    answer = await edge.get("/api/slo", headers=_from(b"https://foe.example"))
    assert ORIGIN not in answer.headers


async def test_the_console_is_never_opened(edge: Edge) -> None:
    answer = await edge.get("/console/live", headers=_from(FRIEND))
    assert ORIGIN not in answer.headers


async def test_a_preflight_is_answered_and_counted(edge: Edge) -> None:
    asked = (b"access-control-request-method", b"POST")
    client = edge.request("/api/chaos", "OPTIONS", headers=_from(FRIEND, asked))
    answer = await client.answer()
    assert answer.status == 204
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert [finished.status for finished in edge.finished] == [204]
