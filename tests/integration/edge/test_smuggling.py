"""How the real server answers requests that are written to be read in two ways."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
HOST = b"Host: 127.0.0.1\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 30
    while time.monotonic() < end and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            break
    yield port
    server.terminate()
    server.wait(10)


def exchange(port: int, request: bytes) -> tuple[int, bytes]:
    """The status and the body of the first answer."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(request)
        answer = connection.makefile("rb")
        status = int(answer.readline().split()[1])
        length = 0
        while (line := answer.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, answer.read(length)


GET = b"GET /livez HTTP/1.1\r\n"


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(GET + b"\r\n", id="no Host"),
        pytest.param(GET + HOST + HOST + b"\r\n", id="two Hosts"),
        pytest.param(GET + HOST + b"X-A: one\r\n two\r\n\r\n", id="folded header"),
        pytest.param(GET.replace(b"\r", b"") + b"Host: x\n\n", id="bare LF"),
        pytest.param(GET + b"Host: x\nX-Y: z\r\n\r\n", id="one bare LF"),
        pytest.param(GET + b"Host: x\rX-Y: z\r\n\r\n", id="bare CR"),
        pytest.param(GET + HOST + b"X-A: a\x00b\r\n\r\n", id="NUL"),
        pytest.param(GET + HOST + b"X-A: a\x01b\r\n\r\n", id="control"),
        pytest.param(GET + HOST + b"Content-Length : 3\r\n\r\nabc", id="blank"),
        pytest.param(GET + HOST + b"Content-Length: +3\r\n\r\nabc", id="sign"),
        pytest.param(
            GET + HOST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            id="both lengths",
        ),
        pytest.param(
            GET + HOST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n",
            id="two lengths",
        ),
        pytest.param(
            GET + HOST + b"Transfer-Encoding: xchunked\r\n\r\n", id="unknown coding"
        ),
        pytest.param(
            GET + HOST + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n0\r\n\r\n",
            id="chunked twice",
        ),
        pytest.param(
            GET + HOST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
            id="chunked twice in one",
        ),
        pytest.param(
            GET + HOST + b"Transfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc",
            id="identity",
        ),
        pytest.param(
            GET.replace(b"1.1", b"1.0")
            + HOST
            + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            id="chunked in HTTP/1.0",
        ),
        pytest.param(
            GET + HOST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            id="blank before the colon",
        ),
        pytest.param(
            GET + HOST + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
            id="vertical tab",
        ),
        pytest.param(
            GET + HOST + b"Content-Length: 3, 3\r\n\r\nabc", id="a list of lengths"
        ),
        pytest.param(GET + HOST + b"Content-Length: 0x3\r\n\r\nabc", id="hexadecimal"),
        pytest.param(
            GET + HOST + b"Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n",
            id="bare LF in chunks",
        ),
        pytest.param(
            GET + HOST + b"Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n",
            id="sign in chunks",
        ),
        pytest.param(b"GET /livez\r\n\r\n", id="HTTP/0.9"),
        pytest.param(b"GET /livez HTTP/2.0\r\n" + HOST + b"\r\n", id="HTTP/2.0"),
        pytest.param(b"GET  /livez HTTP/1.1\r\n" + HOST + b"\r\n", id="two blanks"),
        pytest.param(
            b"GET http://evil.example/api/users HTTP/1.1\r\n" + HOST + b"\r\n",
            id="another host in the address",
        ),
        pytest.param(b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\n", id="endless line"),
    ],
)
def test_what_can_be_read_in_two_ways_is_400_in_the_envelope(
    port: int, request_bytes: bytes
) -> None:
    status, body = exchange(port, request_bytes)
    assert status == 400
    assert json.loads(body)["errors"][0]["code"] == "MALFORMED_REQUEST"


@pytest.mark.parametrize(
    ("length", "sent"), [(30_000_000, 30_000_000), (900_000_000, 0)]
)
def test_a_large_body_is_413_in_the_envelope(port: int, length: int, sent: int) -> None:
    head = b"POST /api/users HTTP/1.1\r\n" + HOST
    head += b"Content-Length: %d\r\n\r\n" % length
    status, body = exchange(port, head + b"x" * sent)
    assert status == 413
    assert json.loads(body)["errors"][0]["code"] == "PAYLOAD_TOO_LARGE"


def test_an_honest_request_is_answered(port: int) -> None:
    status, body = exchange(port, GET + HOST + b"\r\n")
    assert (status, json.loads(body)["data"]) == (200, {"status": "alive"})


def test_two_requests_on_one_connection_are_both_answered(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall((GET + HOST + b"\r\n") * 2)
        received = b""
        while received.count(b'"alive"') < 2:
            part = connection.recv(65536)
            assert part
            received += part


def test_a_refusal_is_the_last_word_of_its_connection(port: int) -> None:
    hidden = b"Transfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(GET + HOST + hidden + GET + HOST + b"\r\n")
        received = b""
        while part := connection.recv(65536):
            received += part
    assert received.count(b"HTTP/1.1 ") == 1
    assert b"X-Frame-Options: DENY" in received.replace(
        b"x-frame-options", b"X-Frame-Options"
    )
    assert b"\r\nServer:" not in received


def test_http_1_0_is_answered_once_whatever_it_asks_for(port: int) -> None:
    asked = GET.replace(b"1.1", b"1.0") + HOST + b"Connection: keep-alive\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(asked * 2)
        received = b""
        while part := connection.recv(65536):
            received += part
    assert received.count(b'"alive"') == 1


def test_an_address_with_its_host_in_it_is_read_as_one(port: int) -> None:
    request = b"GET http://127.0.0.1/livez HTTP/1.1\r\nHost: elsewhere\r\n\r\n"
    status, body = exchange(port, request)
    assert (status, json.loads(body)["data"]) == (200, {"status": "alive"})


def test_asking_for_a_websocket_elsewhere_changes_nothing(port: int) -> None:
    asked = b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    status, body = exchange(port, b"GET /api/none HTTP/1.1\r\n" + HOST + asked)
    assert (status, json.loads(body)["errors"][0]["code"]) == (404, "NOT_FOUND")
