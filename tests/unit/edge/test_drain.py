# Twisted is typed in parts and Daphne not at all.
# mypy: disable-error-code="no-untyped-call"
"""What a connection and a probe say while their server leaves."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.testing import StringTransport

from ironclad.edge.channel import Channel
from ironclad.edge.crowd import Crowd
from ironclad.edge.drain import Drain
from ironclad.edge.request import Request
from ironclad.edge.server import GracefulServer
from ironclad.edge.websocket import Socket

from .driver import Edge

ASKED = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"


class _Held(Request):
    """Answered when the test says so, with what Daphne would hand over."""

    def process(self) -> None:
        """Nothing, yet."""

    def answer(self) -> None:
        headers = [(b"content-length", b"0")]
        start = {"type": "http.response.start", "status": 200, "headers": headers}
        self.handle_reply(start)
        self.handle_reply({"type": "http.response.body"})


class _Server:
    """As much of a `GracefulServer` as its connections see."""

    server_name = "ironclad"

    def __init__(self) -> None:
        self.drain = Drain()
        self.channels = Crowd(9, most_waiting=None)

    def protocol_connected(self, _protocol: object) -> None: ...
    def protocol_disconnected(self, _protocol: object) -> None: ...
    def log_action(self, *_what: object) -> None: ...


@pytest.fixture
def server() -> _Server:
    return _Server()


@pytest.fixture
def speaker(server: _Server) -> Channel:
    channel = Channel()
    channel.server = server
    channel.factory = SimpleNamespace(server=server, _logDateTime=None, log=print)
    channel.requestFactory = _Held  # type: ignore[assignment]
    channel.timeOut = None
    channel.makeConnection(StringTransport())
    return channel


def sent(channel: Channel) -> bytes:
    transport: Any = channel.transport
    return bytes(transport.value())


def closes(channel: Channel) -> bool:
    transport: Any = channel.transport
    return bool(transport.disconnecting)


async def test_an_answer_before_the_drain_keeps_the_connection(
    speaker: Channel,
) -> None:
    speaker.dataReceived(ASKED)
    speaker.requests[0].answer()
    assert b"connection: close" not in sent(speaker).lower()
    assert not closes(speaker)


async def test_an_answer_during_the_drain_is_the_last_of_its_connection(
    speaker: Channel, server: _Server
) -> None:
    speaker.dataReceived(ASKED)
    server.drain.began = True
    speaker.requests[0].answer()
    assert b"connection: close" in sent(speaker).lower()
    assert closes(speaker)


async def test_an_idle_connection_is_closed_and_one_that_waits_is_not(
    speaker: Channel,
) -> None:
    speaker.dataReceived(ASKED)
    speaker.leave()
    assert not closes(speaker)
    speaker.requests[0].answer()
    speaker.leave()
    assert closes(speaker)


async def test_a_request_that_is_arriving_is_waited_for(speaker: Channel) -> None:
    speaker.dataReceived(ASKED[:10])
    speaker.leave()
    assert not closes(speaker)
    speaker.dataReceived(ASKED[10:])
    assert speaker.requests


async def test_connections_are_counted_while_they_last(
    speaker: Channel, server: _Server
) -> None:
    assert list(server.channels) == [speaker]
    speaker.connectionLost()
    assert not server.channels


def _socket(monkeypatch: pytest.MonkeyPatch, told: list[tuple[Any, ...]]) -> Socket:
    monkeypatch.setattr(WebSocketProtocol, "__init__", lambda _self: None)
    socket = Socket()
    socket.state = socket.STATE_OPEN

    def close(code: int, reasonUtf8: bytes | None = None) -> None:  # noqa: N803
        told.append((code, reasonUtf8))

    socket.sendCloseFrame = close
    return socket


def test_a_console_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[Any, ...]] = []
    _socket(monkeypatch, told).leave()
    assert told == [(1012, b"the server restarts")]


@pytest.mark.parametrize("code", [1011, 1013, 4401])
def test_a_console_is_told_the_codes_that_only_servers_have(
    monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    told: list[tuple[Any, ...]] = []
    socket = _socket(monkeypatch, told)
    socket.handle_reply({"type": "websocket.close", "code": code})
    assert told == [(code, None)]


async def test_readyz_goes_first_and_the_rest_still_answers() -> None:
    drain = Drain()
    edge = Edge(drain=drain)
    assert (await edge.get("/readyz")).status == 200
    drain.began = True
    answer = await edge.get("/readyz")
    assert answer.status == 503
    assert answer.json["data"]["reasons"] == ["the server is stopping"]
    assert (await edge.get("/livez")).status == 200


async def test_what_is_left_is_cancelled_beside_a_connection_without_a_request() -> (
    None
):
    at_work = asyncio.ensure_future(asyncio.Event().wait())
    server = GracefulServer(application=None, endpoints=["none"], drain=Drain())
    server.connections = {"silent": {}, "asked": {"application_instance": at_work}}
    await server.kill_all_applications().asFuture(asyncio.get_running_loop())
    assert at_work.cancelled()
