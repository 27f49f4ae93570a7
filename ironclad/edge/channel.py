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
from daphne.http_protocol import HTTPFactory
from twisted.internet.protocol import connectionDone
from twisted.internet.tcp import Connection
from twisted.python.failure import Failure
from twisted.web import http

from ironclad.edge import security
from ironclad.edge.idle_timer import IdleTimer
from ironclad.edge.request import Request, failure
from ironclad.edge.websocket import SocketFactory
from ironclad.errors import MalformedRequest
from ironclad.observability.metrics import connections_cut_total

_BARE_LF = re.compile(rb"(?<!\r)\n")
_HEADERS = 10.0  # seconds from the first byte of a request to the end of its headers
# A body up to here is read and thrown away, so that its sender reads the refusal; for a larger
# one the connection is closed instead.
_SWALLOWED = 64 * 1024 * 1024  # bytes
_BODY = 30.0  # seconds from the end of the headers to the end of the body
_FIRST = 10  # seconds in which a new connection has to say something
# Between two requests: longer than proxies keep their connections, so that it is they who close
# them (nginx 60 s), and no request meets a connection that is being closed.
_IDLE = 75  # seconds
# An answer of which the client reads nothing for the first, or not all within the second, is
# given up: it is in this process's memory.
_UNREAD = 30.0  # seconds
_UNREAD_IN_ALL = 300.0


class Channel(http.HTTPChannel):
    timeOut: float | None  # type: ignore[assignment] # noqa: N815
    # the timer while headers or a body arrive
    _slow: asyncio.TimerHandle | None = None
    # the timer while the client does not read
    _unread: asyncio.TimerHandle | None = None
    _began_unread = 0.0
    server: Any = None  # the GracefulServer that counts it
    address = ""  # of whoever has connected: a proxy, where one is in front
    _direct = False  # whether what is written may go past the transport's buffers
    # asked once: each is a system call, or a search
    _peer: Any = None
    _host: Any = None
    _secure: bool | None = None

    def __init__(self) -> None:
        super().__init__()
        self._idle = IdleTimer(self.timeoutConnection)

    @property
    def leaves(self) -> bool:
        return self.server is not None and bool(self.server.drain.began)

    def leave(self) -> None:
        """Close it if it is idle; one that has been asked something closes after its answer."""
        if not self.requests and self._slow is None:
            self.loseConnection()

    def cut(self) -> None:
        transport: Any = self.transport
        transport.abortConnection()

    def forget(self) -> None:
        self._idle.stop()
        if self.server is not None:
            self.server.channels.leave(self)

    def connectionMade(self) -> None:  # noqa: N802
        super().connectionMade()
        self._direct = isinstance(self.transport, Connection) and not self.isSecure()
        if self.timeOut:
            self.setTimeout(_FIRST)
        if self.server is not None:
            self.address = str(getattr(self.getPeer(), "host", ""))
            if not self.server.channels.enter(self):
                self.cut()

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if self.line_mode:
            head, whole, _ = (self._buffer + data).partition(b"\r\n\r\n")
            if _BARE_LF.search(head):
                self._respondToBadRequestAndDisconnect()
                return
            if self._slow is None and not whole:
                self._wait_for(_HEADERS)
                self._waits(idle=False)
        super().dataReceived(data)

    def setTimeout(self, period: float | None) -> float | None:  # noqa: N802
        before, self.timeOut = self.timeOut, period
        self._idle.wait(period)
        return before

    def resetTimeout(self) -> None:  # noqa: N802
        self._idle.begin_again()

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        if line[:1] in {b" ", b"\t"}:
            self._respondToBadRequestAndDisconnect()
            return
        super().lineReceived(line)

    def headerReceived(self, line: bytes) -> bool:  # noqa: N802
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"transfer-encoding" and (
            # Twisted takes `identity`, which is no coding any more, and HTTP/1.0 knows none.
            value.strip(b" \t").lower() != b"chunked" or self._version != b"HTTP/1.1"
        ):
            self._respondToBadRequestAndDisconnect()
            return False
        return bool(super().headerReceived(line))

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
            self._waits(idle=False)

    def checkPersistence(self, request: Any, version: bytes) -> bool:  # noqa: N802
        """Twisted looks for `close` among blanks, and in the first such header alone."""
        told = request.requestHeaders.getRawHeaders(b"connection") or []
        words = {each.strip().lower() for line in told for each in line.split(b",")}
        return b"close" not in words and bool(
            super().checkPersistence(request, version)
        )

    def allContentReceived(self) -> None:  # noqa: N802
        self._stop_waiting()
        if self.server is not None:
            self.server.channels.works(self)
        if self.timeOut:
            self.timeOut = _IDLE  # Twisted keeps it for after the answer
        super().allContentReceived()

    def requestDone(self, request: Any) -> None:  # noqa: N802
        # Before the next one is read, which may be there already.
        self._waits(idle=True)
        super().requestDone(request)

    def pauseProducing(self) -> None:  # noqa: N802
        """Twisted's word for: the client does not read."""
        super().pauseProducing()
        if self._unread is None:
            self._began_unread = asyncio.get_running_loop().time()
            self._look_again(self._pending())

    def resumeProducing(self) -> None:  # noqa: N802
        self._stop_looking()
        super().resumeProducing()

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802
        self._stop_waiting()
        self._stop_looking()
        self.forget()
        super().connectionLost(reason)

    def say(self, data: bytes) -> None:
        """Write at once what the kernel takes: the usual answer needs no turn of the loop."""
        transport: Any = self.transport
        if self._direct and not (transport.dataBuffer or transport._tempDataBuffer):  # noqa: SLF001
            sent = transport.writeSomeData(data)
            if not isinstance(sent, int):
                sent = (
                    0  # lost: the transport finds out for itself, and tells everybody
                )
            if sent == len(data):
                return
            data = data[sent:]
        transport.write(data)

    def getPeer(self) -> Any:  # noqa: N802
        if self._peer is None:
            self._peer = super().getPeer()
        return self._peer

    def getHost(self) -> Any:  # noqa: N802
        if self._host is None:
            self._host = super().getHost()
        return self._host

    def isSecure(self) -> bool:  # noqa: N802
        if self._secure is None:
            self._secure = bool(super().isSecure())
        return self._secure

    def _waits(self, *, idle: bool) -> None:
        if self.server is not None:
            self.server.channels.waits(self, idle=idle)

    def _pending(self) -> int:
        """Bytes of answers that wait here for the client to read."""
        transport: Any = self.transport
        held = len(transport.dataBuffer) - transport.offset
        return int(held + transport._tempDataLen)  # noqa: SLF001

    def _look_again(self, pending: int) -> None:
        loop = asyncio.get_running_loop()
        self._unread = loop.call_later(_UNREAD, self._look, pending)

    def _look(self, before: int) -> None:
        lasted = asyncio.get_running_loop().time() - self._began_unread
        pending = self._pending()
        if pending < before and lasted < _UNREAD_IN_ALL:
            self._look_again(pending)
            return
        self._unread = None
        connections_cut_total.labels("unread").inc()
        self.cut()

    def _stop_looking(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
        self._unread = None

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
        body = failure(MalformedRequest(), identity)
        head = (
            "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
            f"X-Request-ID: {identity}\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n"
        )
        if self.transport is not None:
            transport: Any = self.transport
            transport.write(head.encode() + security.written() + b"\r\n" + body)
        self.loseConnection()


class Factory(HTTPFactory):
    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = Request
        protocol._channel.server = self.server  # noqa: SLF001
        return protocol

    def log(self, request: Any) -> None:
        """Twisted's own access log; ours is written by the edge."""

    @staticmethod
    def protocol() -> Any:
        return http._GenericHTTPChannelProtocol(Channel())  # noqa: SLF001


def harden() -> None:
    """Let the servers that are made from now on speak through `Channel` and `Socket`."""
    daphne_server.HTTPFactory = Factory
    daphne_server.WebSocketFactory = SocketFactory
