"""One set of headers on every answer of the edge."""

from __future__ import annotations

import pytest
from django.test import override_settings

from ironclad.edge import security
from ironclad.edge.protocol import Receive, Scope, Send

from .driver import Answer, Edge

EVERY = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": security.PERMISSIONS,
}
PAGE = "default-src 'none'; script-src 'self'"


async def page(_scope: Scope, receive: Receive, send: Send) -> None:
    """A page of Django, which has its own policy and says how long it may be kept."""
    await receive()
    headers = [
        (b"Content-Type", b"text/html; charset=utf-8"),
        (b"Content-Security-Policy", PAGE.encode()),
        (b"X-Frame-Options", b"DENY"),
        (b"Cache-Control", b"private, no-store"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"<!doctype html>"})


async def data(_scope: Scope, receive: Receive, send: Send) -> None:
    """An answer of Django's that is no page: its policy would allow scripts there."""
    await receive()
    headers = [
        (b"Content-Type", b"application/json"),
        (b"Content-Security-Policy", PAGE.encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


def bears_all(answer: Answer) -> bool:
    return EVERY.items() <= answer.headers.items()


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/livez", "GET", 200),
        ("/health", "HEAD", 200),
        ("/metrics", "GET", 200),
        ("/livez", "POST", 405),
        ("/api/users", "TRACE", 405),
        ("/api/users/\x00", "GET", 400),
        ("/api/users", "GET", 200),
    ],
)
async def test_every_answer_bears_them_whoever_gives_it(
    path: str, method: str, status: int
) -> None:
    answer = await Edge(data).request(path, method).answer()
    assert answer.status == status
    assert bears_all(answer), answer.headers
    assert answer.headers["content-security-policy"] == security.NOTHING.decode()
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers


async def test_a_failure_bears_them_too() -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError

    answer = await Edge(broken).get("/api/users")
    assert answer.status == 500
    assert bears_all(answer)


async def test_a_page_keeps_its_own_policy_and_nothing_is_there_twice() -> None:
    answer = await Edge(page).get("/console/live")
    assert bears_all(answer)
    assert answer.headers["content-security-policy"] == PAGE
    assert answer.headers["cache-control"] == "private, no-store"
    names = [name.lower() for name, _ in answer.sent[0]["headers"]]
    assert len(names) == len(set(names))


@override_settings(SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True)
async def test_only_what_goes_by_tls_asks_for_tls_from_now_on() -> None:
    strict = "strict-transport-security"
    with override_settings(TRUSTED_PROXIES=1):
        edge = Edge()
    told = [(b"host", b"127.0.0.1"), (b"x-forwarded-proto", b"https")]
    answer = await edge.get("/livez", headers=told)
    assert answer.headers[strict] == "max-age=31536000; includeSubDomains"
    assert strict not in (await edge.get("/livez")).headers
    # one that is not trusted cannot ask for it
    assert strict not in (await Edge().get("/livez", headers=told)).headers


def test_what_is_written_without_an_application_bears_them() -> None:
    lines = security.written().decode().split("\r\n")
    told = dict(line.split(": ", 1) for line in lines if line)
    assert EVERY.items() <= told.items()
    assert told["content-security-policy"] == security.NOTHING.decode()


def test_nothing_is_permitted_but_copying() -> None:
    permitted = [each for each in security.PERMISSIONS.split(", ") if "=()" not in each]
    assert permitted == ["clipboard-write=(self)"]
