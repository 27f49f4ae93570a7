# Twisted is typed in parts and Daphne not at all.
# mypy: disable-error-code="no-untyped-call, misc"
"""Refuses at the socket what ASGI no longer shows: how the request was written.

Twisted joins folded headers, waits for ever after a bare LF, sets no limit to the time
that headers or a body may take, and keeps a whole body before anybody is asked. Daphne takes
an address with a host in it for a path, and any request that asks for it for a WebSocket.
"""

from __future__ import annotations

import asyncio
import re
import uuid
from typing import Any

from daphne import server as daphne_server
from daphne.http_protocol import HTTPFactory, WebRequest
from django.conf import settings
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web import http

from ironclad import envelope
from ironclad.edge.websocket import SocketFactory
from ironclad.errors import InternalError, IroncladError, MalformedRequest

_BARE_LF = re.compile(rb"(?<!\r)\n")
_HEADERS = 10.0  # seconds from the first byte of a request to the end of its headers
# A body up to here is read and thrown away, so that its sender reads the refusal; for a larger
# one the connection is closed instead.
_SWALLOWED = 64 * 1024 * 1024  # bytes
_BODY = 30.0  # seconds from the end of the headers to the end of the body
_SERVER_ERROR = 500
_WEBSOCKETS = b"/ws/"
# What is sent to a proxy, and what a server must take as well (RFC 9112, section 3.2.2).
_ABSOLUTE = re.compile(rb"https?://([^/?#]+)(.*)", re.IGNORECASE | re.DOTALL)


class Request(WebRequest):
    """Keeps one byte more than is allowed: enough for `Limits` to refuse it."""

    uri: bytes
    path: bytes

    def process(self) -> Any:
        absolute = _ABSOLUTE.fullmatch(self.uri)
        if absolute:
            host, target = absolute.groups()
            self.uri = target if target.startswith(b"/") else b"/" + target
            self.path = self.uri.partition(b"?")[0]
            self.requestHeaders.setRawHeaders(b"host", [host])
        if not self.path.startswith(_WEBSOCKETS):
            # Elsewhere it is a request like any other: counted, and answered in the envelope.
            self.requestHeaders.removeHeader(b"upgrade")
        done = super().process()
        if self.transport is None:
            # It speaks WebSocket from now on, past its channel.
            self.channel.forget()
        return done

    def handle_reply(self, message: Any) -> None:
        told = not self.finished and self.channel is not None
        if told and message["type"] == "http.response.start" and self.channel.leaves:
            self.responseHeaders.setRawHeaders(b"connection", [b"close"])
            self.channel.persistent = 0
        super().handle_reply(message)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        room = settings.BODY_LIMIT + 1 - self.content.tell()
        if room > 0:
            self.content.write(data[:room])

    def basic_error(self, status: int, _status_text: bytes, _body: str) -> None:
        """What Daphne would answer in HTML."""
        refusal = MalformedRequest() if status < _SERVER_ERROR else InternalError()
        identity = uuid.uuid4().hex
        self.handle_reply(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [
                    (b"content-type", b"application/json"),
                    (b"x-request-id", identity.encode()),
                ],
            }
        )
        body = _failure(refusal, identity)
        self.handle_reply({"type": "http.response.body", "body": body})


class Channel(http.HTTPChannel):
    # the timer while headers or a body arrive
    _slow: asyncio.TimerHandle | None = None
    server: Any = None  # the GracefulServer that counts it

    @property
    def leaves(self) -> bool:
        return self.server is not None and bool(self.server.drain.began)

    def leave(self) -> None:
        """Close it if it is idle; one that has been asked something closes after its answer."""
        if not self.requests and self._slow is None:
            self.loseConnection()

    def forget(self) -> None:
        if self.server is not None:
            self.server.channels.discard(self)

    def connectionMade(self) -> None:  # noqa: N802
        super().connectionMade()
        if self.server is not None:
            self.server.channels.add(self)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if self.line_mode:
            head = (self._buffer + data).partition(b"\r\n\r\n")[0]
            if _BARE_LF.search(head):
                self._respondToBadRequestAndDisconnect()
                return
            if self._slow is None:
                self._wait_for(_HEADERS)
        super().dataReceived(data)

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        if line[:1] in {b" ", b"\t"}:
            self._respondToBadRequestAndDisconnect()
            return
        super().lineReceived(line)

    def lineLengthExceeded(self, _line: bytes) -> None:  # noqa: N802
        self._respondToBadRequestAndDisconnect()

    def allHeadersReceived(self) -> None:  # noqa: N802
        self._stop_waiting()
        super().allHeadersReceived()
        if self.length is not None and self.length > _SWALLOWED:
            # Handed on without its body: `Limits` refuses it by its Content-Length.
            self.length = 0
            self.persistent = 0
            answer = self.requests[-1].responseHeaders
            answer.setRawHeaders(b"connection", [b"close"])
        if self.length != 0:
            self._wait_for(_BODY)

    def allContentReceived(self) -> None:  # noqa: N802
        self._stop_waiting()
        super().allContentReceived()

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802
        self._stop_waiting()
        self.forget()
        super().connectionLost(reason)

    def _wait_for(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._slow = loop.call_later(seconds, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._slow is not None:
            self._slow.cancel()
        self._slow = None

    def _too_slow(self) -> None:
        self._slow = None
        self._respondToBadRequestAndDisconnect()

    def _respondToBadRequestAndDisconnect(self) -> None:  # noqa: N802
        identity = uuid.uuid4().hex
        body = _failure(MalformedRequest(), identity)
        head = (
            "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
            f"X-Request-ID: {identity}\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n"
        )
        if self.transport is not None:
            transport: Any = self.transport
            transport.write(head.encode() + body)
        self.loseConnection()


class Factory(HTTPFactory):
    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = Request
        protocol._channel.server = self.server  # noqa: SLF001
        return protocol

    @staticmethod
    def protocol() -> Any:
        return http._GenericHTTPChannelProtocol(Channel())  # noqa: SLF001


def harden() -> None:
    """Let the servers that are made from now on speak through `Channel` and `Socket`."""
    daphne_server.HTTPFactory = Factory
    daphne_server.WebSocketFactory = SocketFactory


def _failure(error: IroncladError, identity: str) -> bytes:
    return envelope.encode(
        envelope.failure(error, request_id=identity, duration_ms=0.0)
    )
