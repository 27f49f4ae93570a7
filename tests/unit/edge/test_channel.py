# Twisted is typed in parts and Daphne not at all.
# mypy: disable-error-code="no-untyped-call"
"""A connection that says too little, or too much."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.testing import StringTransport

from ironclad.edge import channel
from ironclad.edge.channel import Channel
from ironclad.edge.websocket import Socket

HEAD = b"POST /api/users HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"


def connected() -> tuple[Channel, StringTransport]:
    speaker, transport = Channel(), StringTransport()
    speaker.timeOut = None  # Twisted's own, which each byte puts off
    speaker.makeConnection(transport)
    return speaker, transport


async def test_a_body_that_never_ends_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channel, "_BODY", 0.0)
    speaker, transport = connected()
    speaker.dataReceived(HEAD + b"x")
    await asyncio.sleep(0.01)
    assert transport.value().startswith(b"HTTP/1.1 400 ")
    assert transport.disconnecting


class _Stuck(StringTransport):
    """A client that reads as much as the test says."""

    offset = 0
    _tempDataLen = 0  # noqa: N815 - Twisted's name
    host = "192.0.2.7"
    is_aborted = False

    def __init__(self, pending: int) -> None:
        super().__init__()
        self.dataBuffer = b"x" * pending

    def abortConnection(self) -> None:  # noqa: N802
        self.is_aborted = True


@pytest.mark.parametrize(
    ("read", "in_all", "is_aborted"),
    [(0, 300.0, True), (1, 300.0, False), (1, 0.0, True)],
)
async def test_an_answer_that_nobody_reads_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
    read: int,
    in_all: float,
    is_aborted: bool,
) -> None:
    monkeypatch.setattr(channel, "_UNREAD", 0.005)
    monkeypatch.setattr(channel, "_UNREAD_IN_ALL", in_all)
    speaker, transport = Channel(), _Stuck(100_000)
    speaker.timeOut = None
    speaker.makeConnection(transport)
    speaker.pauseProducing()
    for _ in range(20):
        transport.offset += read
        await asyncio.sleep(0.001)
    assert transport.is_aborted is is_aborted
    speaker.connectionLost()


async def test_one_that_is_read_at_last_is_not() -> None:
    speaker, transport = Channel(), _Stuck(100_000)
    speaker.timeOut = None
    speaker.makeConnection(transport)
    speaker.pauseProducing()
    speaker.resumeProducing()
    assert speaker._unread is None
    assert not transport.is_aborted


class _Unread:
    """What Daphne hands frames to; nobody asks it for them."""

    def __init__(self) -> None:
        self.frames = 0

    def qsize(self) -> int:
        return self.frames

    def put_nowait(self, _frame: object) -> None:
        self.frames += 1


def test_frames_that_nobody_reads_end_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(WebSocketProtocol, "__init__", lambda _self: None)
    dropped: list[bool] = []
    socket = Socket()
    socket.client_addr = None
    socket.application_queue = unread = _Unread()

    def drop(*, abort: bool) -> None:
        dropped.append(abort)

    socket.dropConnection = drop
    for _ in range(65):
        socket.onMessage(b"{}", isBinary=False)
    assert (unread.frames, dropped) == (64, [True])


def test_pings_are_not_answered_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WebSocketProtocol, "__init__", lambda _self: None)
    monkeypatch.setattr("ironclad.edge.websocket.time.monotonic", lambda: 7.5)
    answered: list[bytes] = []
    monkeypatch.setattr(
        WebSocketProtocol, "onPing", lambda _self, payload: answered.append(payload)
    )
    dropped: list[bool] = []

    def drop(*, abort: bool) -> None:
        dropped.append(abort)

    socket = Socket()
    socket.dropConnection = drop
    for _ in range(11):
        socket.onPing(b"")
    assert (len(answered), dropped) == (10, [True])


def test_more_frames_than_a_console_says_end_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(WebSocketProtocol, "__init__", lambda _self: None)
    monkeypatch.setattr(WebSocketProtocol, "onFrameBegin", lambda _self: None)
    seconds = iter([7] * 100 + [8] * 101)
    monkeypatch.setattr("ironclad.edge.websocket.time.monotonic", lambda: next(seconds))
    told: list[tuple[int, str]] = []
    socket = Socket()
    socket._fail_connection = lambda code, reason: told.append((code, reason))
    for _ in range(200):
        socket.onFrameBegin()
    assert told == []
    socket.onFrameBegin()
    assert told == [(1008, "too many frames")]


def test_a_handshake_that_is_no_websockets_is_taken_down_quietly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(WebSocketProtocol, "__init__", lambda _self: None)
    socket = Socket()
    socket.factory = SimpleNamespace()
    socket.onClose(wasClean=False, code=1006, reason="version")
