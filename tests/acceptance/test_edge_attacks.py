"""What the public surface attracts, against one real server.

Shown elsewhere and not repeated: 30 MB and 900 MB bodies and most of smuggling
(integration/edge/test_smuggling.py), bodies and headers that never end (unit/edge/test_channel.py),
strict JSON field by field (unit/api/test_parsers.py), forged hops (unit/edge/test_forwarded.py), the Host
check (unit/edge/test_hosts.py), headers (integration/edge/test_production.py), forms without a CSRF
token (integration/pages), origins of a WebSocket (unit/pages/test_origin.py).
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

from tests.acceptance.harness.consoles import Closed, Console, sign_in
from tests.acceptance.harness.processes import OPERATOR_TOKEN, Server

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]
HALF_OPEN = 400
AT_ONCE = 1.0  # seconds


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        return str(json.loads(self.body)["errors"][0]["code"])


@pytest.fixture(scope="module")
def cookie(shared: Server) -> str:
    """An operator's session, taken before anybody uses the tries up."""
    return sign_in(shared)


def connected(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), 10)


def exchange(server: Server, request: bytes) -> Answer:
    """The first answer to what is sent as it is; reads until the connection ends."""
    with connected(server) as connection:
        connection.sendall(request)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    named = (line.split(": ", 1) for line in lines)
    return Answer(
        int(first.split()[1]), {name.lower(): said for name, said in named}, body
    )


def ask(
    server: Server,
    target: str,
    *headers: str,
    method: str = "GET",
    body: bytes = b"",
) -> Answer:
    """One request whose target and headers no client corrects."""
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        "Connection: close",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return exchange(server, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)


BEARER = f"Authorization: Bearer {OPERATOR_TOKEN}"
JSON = "Content-Type: application/json"


def bodies() -> Iterator[tuple[str, bytes, int]]:
    """What it is, the body, and the status it deserves."""
    named = b'{"name": "ada", "email": "ada@example.org", "more": %s}'
    yield "100,000 deep", b"[" * 100_000 + b"]" * 100_000, 400
    yield "100,000 deep in a field", named % (b"[" * 100_000 + b"]" * 100_000), 400
    yield "100,000 objects deep", b'{"a":' * 100_000, 400
    yield "5,000 digits", named % (b"9" * 5000), 400
    yield "an exponent without end", named % b"1e999999", 400
    yield "NUL", b'{"name": "a\\u0000b", "email": "ada@example.org"}', 400
    yield "half a pair", b'{"name": "a\\ud800b", "email": "ada@example.org"}', 400
    yield "not UTF-8", b'{"name": "\xff\xfe", "email": "ada@example.org"}', 400
    yield "a key twice", b'{"name": "a", "name": "b", "email": "a@example.org"}', 400
    yield "more fields than there are", named % b"1", 400
    yield "900 KiB of nothing", b" " * 900_000, 400


def test_no_body_is_too_much_for_it(shared: Server) -> None:
    for what, body, status in bodies():
        began = time.monotonic()
        answer = ask(shared, "/api/users", BEARER, JSON, method="POST", body=body)
        assert answer.status == status, (what, answer)
        assert answer.code in {"MALFORMED_REQUEST", "VALIDATION_ERROR"}, what
        assert time.monotonic() - began < AT_ONCE, what


def test_a_bomb_is_refused_before_it_is_unpacked(shared: Server) -> None:
    bomb = zlib.compress(b"\0" * 100_000_000, 9)
    assert len(bomb) < 100_000
    for coding in ("deflate", "gzip", "br", "zstd", "gzip, gzip"):
        packed = f"Content-Encoding: {coding}"
        answer = ask(
            shared, "/api/users", BEARER, JSON, packed, method="POST", body=bomb
        )
        assert (answer.status, answer.code) == (415, "UNSUPPORTED_MEDIA_TYPE"), coding


def test_no_header_and_no_second_answer_can_be_injected(
    shared: Server, cookie: str
) -> None:
    line = "%0d%0aX-Injected:%20yes%0d%0a%0d%0aHTTP/1.1%20200%20OK"
    for target in (
        f"/console/sign-in?next=/console/live{line}",
        f"/console/live{line}",
        f"/console/live?range=1h{line}",
        f"/api/users/{line}",
        f"/static/js/{line}",
        f"/enter/{line}",
    ):
        answer = ask(shared, target, f"Cookie: {cookie}")
        assert "x-injected" not in answer.headers, target
        assert answer.body.count(b"HTTP/1.1 200") == 0, target
    for sent in ("a b", "x" * 65, "abcdefgh%0d%0a", '"}{"a":1', "é" * 8, ""):
        told = ask(shared, "/livez", f"X-Request-ID: {sent}").headers["x-request-id"]
        assert told.isalnum(), sent
        assert len(told) == 32, sent


def test_nothing_outside_is_read_by_any_path(shared: Server, cookie: str) -> None:
    up = ("..", "%2e%2e", ".%2e", "..%2f..", "..%5c..", "%252e%252e", "....//", "..;")
    for each in up:
        for target in (
            f"/static/{each}/{each}/manage.py",
            f"/static/js/{each}/{each}/{each}/ironclad/settings.py",
            f"/static/{each}/{each}/{each}/{each}/{each}/{each}/etc/passwd",
            f"/static//{each}/etc/passwd",
            f"/console/runbooks/{each}/README",
            f"/console/runbooks/{each}%2fREADME.md",
            f"/console/runbooks/{each}%2fadr%2f0001-one-database-alias-three-compartments",
        ):
            answer = ask(shared, target, f"Cookie: {cookie}")
            assert answer.status in {400, 404}, (target, answer.status)
            assert b"root:" not in answer.body
            assert b"DJANGO_SETTINGS_MODULE" not in answer.body
    for target in ("/static//etc/passwd", "/static/%00", "/static/js/%2fetc%2fpasswd"):
        assert ask(shared, target).status in {400, 404}, target


def test_signing_in_leads_nowhere_else(shared: Server, cookie: str) -> None:
    for sent in (
        "https://evil.example/", "//evil.example", "///evil.example", "/%5cevil.example",
        "%5c%5cevil.example", "https:evil.example", "javascript:alert(1)", "%09//evil.example",
        "/%09/evil.example", "http://127.0.0.1@evil.example/", "data:text/html,x",
        "//127.0.0.1:1/", "https://127.0.0.1.evil.example/",
    ):  # fmt: skip
        target = f"/console/sign-in?next={sent}"
        answer = ask(shared, target, f"Cookie: {cookie}")
        assert (answer.status, answer.headers["location"]) == (302, "/console/live"), (
            sent
        )
    assert ask(shared, "/console/sign-in?next=%00//evil.example").status == 400


def test_the_log_stays_one_object_a_line(shared: Server) -> None:
    forged = '{"level":"ERROR","message":"forged"}'
    for agent in (
        forged,
        '"\\n' + forged,
        "\x85" + forged,
        "%0a" + forged,
        "\xe2\x80\xa8",
    ):
        ask(shared, f"/api/users%0a{forged}", f"User-Agent: {agent}")
        ask(shared, f"/nothing%0d%0a{forged}?q=%0a{forged}", f"X-Request-ID: {agent}")
        ask(shared, "/livez", f"Referer: {agent}", method=f"GET{'X' * 30}")
    lines = shared.log.read_bytes().split(b"\n")
    told = [json.loads(line) for line in lines if line]
    assert len(told) > 10
    assert not [each for each in told if each["message"] == "forged"]


def test_a_session_alone_changes_nothing(shared: Server, cookie: str) -> None:
    """Another site can have the browser send the cookie, but no token."""
    form = "Content-Type: application/x-www-form-urlencoded"
    evil = "Origin: https://evil.example"
    for target, kind, body in (
        ("/console/sign-out", form, b""),
        ("/console/silences", form, b"alert=x"),
        ("/api/chaos", JSON, b'{"errorRate": 1, "reason": "forged"}'),
        ("/api/chaos/disable", JSON, b"{}"),
        ("/admin/logout/", form, b""),
    ):
        for headers in ((), (evil,), (evil, "X-CSRFToken: " + "a" * 32)):
            sent = (f"Cookie: {cookie}", kind, *headers)
            answer = ask(shared, target, *sent, method="POST", body=body)
            assert answer.status == 403, (target, headers, answer.status)
    assert ask(shared, "/console/live", f"Cookie: {cookie}").status == 200


def test_a_new_visitor_is_served_beside_400_half_open_connections(
    shared: Server,
) -> None:
    with ExitStack() as held:
        for number in range(HALF_OPEN):
            connection = held.enter_context(connected(shared))
            if number % 2:
                connection.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A:")
        for _ in range(3):
            began = time.monotonic()
            assert httpx.get(f"{shared.url}/livez", timeout=5).status_code == 200
            assert httpx.get(f"{shared.url}/api/slo", timeout=5).status_code == 200
            assert time.monotonic() - began < AT_ONCE
    cut = 'connections_cut_total{reason="address"}'
    told = shared.client.get("/metrics").text
    assert [line for line in told.splitlines() if line.startswith(f"{cut} ")] != [
        f"{cut} 0.0"
    ]


# -- the WebSocket ----------------------------------------------------------------------


def frame(payload: bytes, *, first: int = 0x81, size: int | None = None) -> bytes:
    """A masked frame; `size` is what it says of itself."""
    size = len(payload) if size is None else size
    length = (
        struct.pack("!B", 0x80 | size)
        if size < 126
        else struct.pack("!BH", 0xFE, size)
        if size < 65536
        else struct.pack("!BQ", 0xFF, size)
    )
    return bytes([first]) + length + b"\0\0\0\0" + payload


async def end_of(console: Console) -> int | None:
    """The code that it is closed with; None where it is just cut."""
    try:
        async with asyncio.timeout(10):
            while True:
                await console.next()
    except Closed as closed:
        return closed.code
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    finally:
        console.close()


async def closed_after(server: Server, cookie: str, sent: bytes) -> int | None:
    console = await Console.open(server, cookie)
    console._writer.write(sent)
    return await end_of(console)


ATTACKS: dict[str, tuple[bytes, set[int | None]]] = {
    "one byte too large": (frame(b"x" * 4097), {1009}),
    "a gigabyte announced": (frame(b"x", size=2**30), {1009}),
    "too large in parts": (
        frame(b"x" * 4000, first=0x01) + frame(b"x" * 4000, first=0x00),
        {1009},
    ),
    "parts without end": (
        frame(b"", first=0x01) + frame(b"", first=0x00) * 1000,
        {1008},
    ),
    "a flood": (frame(b'{"type":"ack","seq":-1}') * 1000, {1008, 4400, None}),
    "nested": (frame(b"[" * 4000) * 30, {4400}),
    "binary": (frame(b"x", first=0x82), {4400}),
    "not UTF-8": (frame(b"\xff\xfe"), {1007}),
    "packed": (frame(b"x", first=0xC1), {1002}),
    "no such kind": (frame(b"x", first=0x83), {1002}),
    "pings without end": (frame(os.urandom(16), first=0x89) * 500, {1008, None}),
    "a large ping": (frame(b"x" * 126, first=0x89), {1002}),
    "not masked": (b"\x81\x02{}", {1002}),
}


async def test_no_frame_is_too_much_for_it(shared: Server, cookie: str) -> None:
    witness = await Console.open(shared, cookie)
    found = {
        what: await closed_after(shared, cookie, sent)
        for what, (sent, _) in ATTACKS.items()
    }
    wrong = {what: code for what, code in found.items() if code not in ATTACKS[what][1]}
    assert wrong == {}
    async with asyncio.timeout(5):
        assert (await witness.snapshot())["type"] == "snapshot"
    witness.close()


def test_another_site_opens_no_websocket(shared: Server, cookie: str) -> None:
    handshake = (
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Cookie: {cookie}",
    )
    own = f"Origin: http://127.0.0.1:{shared.port}"
    for origin in (
        ("Origin: https://evil.example",),
        ("Origin: null",),
        (f"Origin: https://127.0.0.1:{shared.port}",),
        (f"Origin: http://127.0.0.1:{shared.port}.evil.example",),
        (own, "Origin: https://evil.example"),
        (),
    ):
        sent = (*handshake, "Sec-WebSocket-Version: 13", *origin)
        answer = ask(shared, "/ws/console", *sent)
        assert answer.status in {400, 403}, (origin, answer)
        assert answer.headers["x-frame-options"] == "DENY"
        assert "server" not in answer.headers
    assert ask(shared, "/ws/console", *handshake, own).status in {400, 426}


def test_forged_hops_give_nobody_more_tries(shared: Server, cookie: str) -> None:
    del cookie  # taken before
    with httpx.Client(base_url=shared.url) as browser:
        shown = browser.get("/console/sign-in").text
        token = shown.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        codes = []
        for number in range(21):  # twice what a minute allows, should one end meanwhile
            hops = f"192.0.2.{number}, 198.51.100.{number}"
            forged = {"X-Forwarded-For": hops, "Forwarded": f"for=192.0.2.{number}"}
            answer = browser.post(
                "/enter/" + "x" * 43,
                data={"csrfmiddlewaretoken": token},
                headers={"Origin": shared.url, "X-Real-IP": hops, **forged},
            )
            codes.append(answer.status_code)
    assert 429 in codes


async def test_signing_out_closes_open_consoles_at_once(
    shared: Server, cookie: str
) -> None:
    console = await Console.open(shared, cookie)
    async with asyncio.timeout(5):
        await console.snapshot()
    headers = {"Cookie": cookie, "Origin": shared.url}
    async with httpx.AsyncClient(base_url=shared.url, headers=headers) as browser:
        shown = (await browser.get("/console/live")).text
        token = shown.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        form = {"csrfmiddlewaretoken": token}
        assert (await browser.post("/console/sign-out", data=form)).is_redirect
    began = time.monotonic()
    assert await end_of(console) == 4401
    assert time.monotonic() - began < 2 * AT_ONCE
