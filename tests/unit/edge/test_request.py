# Twisted is typed in parts and Daphne not at all.
# mypy: disable-error-code="no-untyped-call"
"""From bytes to the application and back, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from twisted.internet.testing import StringTransport

from ironclad.edge.channel import Channel
from ironclad.edge.crowd import Crowd
from ironclad.edge.drain import Drain
from ironclad.edge.protocol import Message, Receive, Scope, Send
from ironclad.edge.request import Request

App = Callable[[Scope, Receive, Send], Awaitable[None]]
LENGTH = (b"content-length", b"2")


class _Server:
    """As much of a `GracefulServer` as a request sees."""

    def __init__(self, app: App) -> None:
        self.drain = Drain()
        self.channels = Crowd(9, most_waiting=None)
        self.connections: dict[object, dict[str, Any]] = {}
        self.application = app


class _Transport(StringTransport):
    is_cut = False

    def abortConnection(self) -> None:  # noqa: N802 - Twisted's name
        self.is_cut = True


class _Spoken:
    """A connection on which something was asked."""

    def __init__(self, app: App, asked: bytes) -> None:
        self.transport = _Transport()
        self.server = _Server(app)
        self.channel = Channel()
        self.channel.server = self.server
        self.channel.factory = SimpleNamespace(server=self.server, log=lambda _r: None)
        self.channel.requestFactory = Request  # type: ignore[assignment]
        self.channel.timeOut = None
        self.channel.makeConnection(self.transport)
        self.channel.dataReceived(asked)

    async def answer(self) -> bytes:
        while at_work := [*self.server.connections.values()]:
            await asyncio.wait([each["application_instance"] for each in at_work])
            await asyncio.sleep(0)
        return bytes(self.transport.value())


def asked(method: bytes = b"GET", more: bytes = b"", version: bytes = b"1.1") -> bytes:
    return method + b" /a%20b?c=d HTTP/" + version + b"\r\nHost: x\r\n" + more + b"\r\n"


def answering(*bodies: bytes, headers: tuple[tuple[bytes, bytes], ...] = ()) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        start = {"type": "http.response.start", "status": 200, "headers": [*headers]}
        await send(start)
        for number, body in enumerate(bodies, 1):
            more = number < len(bodies)
            await send({"type": "http.response.body", "body": body, "more_body": more})

    return app


async def test_the_application_is_told_what_was_asked() -> None:
    scopes: list[Scope] = []
    bodies: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scopes.append(scope)
        bodies.append(await receive())
        await answering(b"ok")(scope, receive, send)

    body = b"X-A: 1\r\nX_B: 2\r\nX-A: 3\r\nContent-Length: 2\r\n\r\nhi"
    await _Spoken(app, asked(b"POST", body)).answer()
    (scope,) = scopes
    assert (scope["method"], scope["path"], scope["raw_path"], scope["query_string"]) == (
        "POST", "/a b", b"/a%20b", b"c=d",
    )  # fmt: skip
    # Not the one that would be read as X-B.
    assert sorted(scope["headers"]) == [
        (b"content-length", b"2"), (b"host", b"x"), (b"x-a", b"1"), (b"x-a", b"3"),
    ]  # fmt: skip
    assert bodies[0]["body"] == b"hi"


async def test_an_address_that_is_no_text_is_handed_on_to_be_refused() -> None:
    scopes: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scopes.append(scope)
        await answering(b"ok")(scope, receive, send)

    line = asked().replace(b"/a%20b", b"/\x80%20b")
    assert (await _Spoken(app, line).answer()).startswith(b"HTTP/1.1 200 ")
    assert (scopes[0]["path"], scopes[0]["raw_path"]) == ("/\x80 b", b"/\x80%20b")


async def test_an_answer_is_written_whole() -> None:
    spoken = _Spoken(answering(b"ok", headers=(LENGTH,)), asked())
    assert await spoken.answer() == b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    assert not spoken.transport.disconnecting


async def test_one_of_untold_length_goes_in_chunks() -> None:
    told = await _Spoken(answering(b"one", b"", b"two"), asked()).answer()
    assert told.endswith(
        b"Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"
    )


async def test_head_is_answered_with_the_head_alone() -> None:
    app = answering(b"ok", headers=(LENGTH,))
    told = await _Spoken(app, asked(b"HEAD")).answer()
    assert told == b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
    assert b"chunked" not in await _Spoken(answering(b"ok"), asked(b"HEAD")).answer()


@pytest.mark.parametrize(
    "request_bytes",
    [
        asked(version=b"1.0"),
        asked(more=b"Connection: close\r\n"),
        asked(more=b"Connection: TE,Close\r\n"),
        asked(more=b"Connection: keep-alive\r\nConnection: close\r\n"),
    ],
)
async def test_one_that_asks_once_is_told_that_it_is_closed(
    request_bytes: bytes,
) -> None:
    spoken = _Spoken(answering(b"ok"), request_bytes)
    assert b"\r\nConnection: close\r\n" in await spoken.answer()
    assert spoken.transport.disconnecting


async def test_two_that_are_asked_at_once_are_answered_in_turn() -> None:
    app = answering(b"ok", headers=(LENGTH,))
    told = await _Spoken(app, asked() + asked()).answer()
    assert told.count(b"\r\n\r\nok") == 2


async def test_a_value_that_may_end_a_line_is_refused() -> None:
    told = await _Spoken(answering(b"ok"), asked(more=b"X-A: a\x85b\r\n")).answer()
    assert told.startswith(b"HTTP/1.1 400 ")
    assert b"MALFORMED_REQUEST" in told


async def test_an_application_that_fails_is_answered_for() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError

    told = await _Spoken(broken, asked()).answer()
    assert told.startswith(b"HTTP/1.1 500 ")
    assert b"INTERNAL_ERROR" in told


async def test_one_that_fails_within_its_answer_loses_its_connection() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    spoken = _Spoken(broken, asked())
    assert await spoken.answer() == b""
    assert spoken.transport.is_cut


async def test_a_client_that_leaves_is_told_of_and_forgotten() -> None:
    heard: list[Message] = []

    async def waiting(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend([await receive(), await receive()])
        await answering(b"ok")(scope, receive, send)

    spoken = _Spoken(waiting, asked())
    await asyncio.sleep(0)
    spoken.channel.connectionLost()
    # What looks for work that outlives its client finds it there.
    assert all("disconnected" in each for each in spoken.server.connections.values())
    assert await spoken.answer() == b""
    assert heard[1] == {"type": "http.disconnect"}


class _Full(StringTransport):
    """A kernel that takes a few bytes at once."""

    dataBuffer = b""  # noqa: N815 - Twisted's name
    offset = 0

    def __init__(self, room: int | Exception) -> None:
        super().__init__()
        self._room = room
        self._tempDataBuffer: list[bytes] = []
        self.at_once = b""

    def writeSomeData(self, data: bytes) -> int | Exception:  # noqa: N802
        if isinstance(self._room, int):
            self.at_once += data[: self._room]
            return min(self._room, len(data))
        return self._room


@pytest.mark.parametrize(
    ("room", "at_once", "later"),
    [(9, b"answer", b""), (3, b"ans", b"wer"), (0, b"", b"answer"),
     (ConnectionError(), b"", b"answer")],
)  # fmt: skip
async def test_what_the_kernel_does_not_take_waits(
    room: int | Exception, at_once: bytes, later: bytes
) -> None:
    speaker, transport = Channel(), _Full(room)
    speaker.timeOut = None
    speaker.makeConnection(transport)
    speaker._direct = True
    speaker.say(b"answer")
    assert (transport.at_once, transport.value()) == (at_once, later)


async def test_nothing_overtakes_what_waits() -> None:
    speaker, transport = Channel(), _Full(9)
    speaker.timeOut = None
    speaker.makeConnection(transport)
    speaker._direct = True
    transport._tempDataBuffer = [b"before"]
    speaker.say(b"after")
    assert (transport.at_once, transport.value()) == (b"", b"after")
