"""The Host check, also on what the edge answers itself."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.test import override_settings

from ironclad.edge.static import Contents, Found

from .driver import Answer, Edge

PROBES = ("/livez", "/readyz", "/health", "/metrics")


class _Script:
    """A static file, as WhiteNoise's index holds one."""

    def get_response(self, _method: str, _asked: Mapping[str, str]) -> Found:
        return _Answered()


class _Answered:
    status = 200
    headers = [("Content-Type", "text/javascript")]
    file: Contents | None = None


def edge() -> Edge:
    with override_settings(
        ALLOWED_HOSTS=["ironclad.example.org", ".internal.example", "[::1]"],
        CORS_ALLOWED_ORIGINS=["https://other.example"],
    ):
        return Edge(files={"/static/app.js": _Script()})


async def ask(path: str, host: str, method: str = "GET", **more: str) -> Answer:
    headers = [(b"host", host.encode())]
    headers += [(name.encode(), value.encode()) for name, value in more.items()]
    return await edge().request(path, method, headers=headers).answer()


@pytest.mark.parametrize(
    "host",
    [
        "ironclad.example.org",
        "IRONCLAD.example.org:3000",
        "ironclad.example.org.",
        "a.internal.example",
        "[::1]:3000",
    ],
)
async def test_an_allowed_host_is_answered(host: str) -> None:
    for path in ("/api/users", *PROBES):
        assert (await ask(path, host)).status == 200, path


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:3000",
        "ironclad.example.org@evil.example",
        "ironclad.example.org.evil.example",
        "ironclad.example.org:3000:3000",
        "[::1",
        "10.1.2.3.evil.example",
        "é",
    ],
)
async def test_any_other_is_malformed_whoever_answers(host: str) -> None:
    for path in ("/api/users", "/static/app.js", "/nothing", *PROBES):
        answer = await ask(path, host)
        assert (answer.status, answer.code) == (400, "MALFORMED_REQUEST"), path


@pytest.mark.parametrize("host", ["10.1.2.3", "10.1.2.3:3000", "[fd00::7]:3000"])
async def test_a_probe_by_address_is_answered_and_nothing_else(host: str) -> None:
    for path in PROBES:
        assert (await ask(path, host)).status == 200, path
        assert (await ask(f"{path}/", host)).status == 200, path
    for path in ("/api/users", "/static/app.js", "/metrics/x", "/livezz"):
        assert (await ask(path, host)).status == 400, path


async def test_a_preflight_and_a_refusal_of_the_limits_ask_for_the_host_first() -> None:
    preflight = {
        "origin": "https://other.example",
        "access-control-request-method": "GET",
    }
    answer = await ask("/api/users", "evil.example", "OPTIONS", **preflight)
    assert answer.status == 400
    assert (
        await ask("/api/users", "ironclad.example.org", "OPTIONS", **preflight)
    ).status == 204
    answer = await ask("/api/users?", "evil.example", "TRACE")
    assert (answer.status, answer.code) == (400, "MALFORMED_REQUEST")


async def test_a_refused_host_is_counted_once() -> None:
    asked = edge()
    await asked.get("/livez", headers=[(b"host", b"evil.example")])
    assert [(each.status, each.refused) for each in asked.finished] == [
        (400, "MALFORMED_REQUEST")
    ]
