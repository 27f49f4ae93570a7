# Daphne and Autobahn are not typed.
# mypy: disable-error-code="no-untyped-call, misc"
"""A WebSocket that neither keeps what nobody reads nor stumbles over a bad handshake."""

from __future__ import annotations

import time
from typing import Any

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

from ironclad.edge import security

LARGEST_FRAME = 4096  # bytes of a frame, and of a message in several
# A console says a few words a second. Daphne keeps frames until the application asks for
# them, which it does not while it looks up who the client is.
_UNREAD_MOST = 64  # frames
# Each ping is answered at once, and the answers to a client that reads nothing stay here.
_PINGS_MOST = 10  # in one second
_FRAMES_MOST = 100  # in one second, of every kind, parts of messages too
_CLOSING = (
    1.0  # seconds for the client to answer a close, then the connection is dropped
)
# The IANA's WebSocket close codes.
_POLICY = 1008  # Policy Violation
_RESTART = 1012  # Service Restart
_PHRASES = {400: "Bad Request", 403: "Forbidden", 426: "Upgrade Required"}


class Socket(WebSocketProtocol):
    _pings = 0
    _frames = 0
    _second = 0  # that both are counted in

    def onFrameBegin(self) -> None:  # noqa: N802
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._frames, self._pings = second, 0, 0
        self._frames += 1
        if self._frames == _FRAMES_MOST + 1:
            self._fail_connection(_POLICY, "too many frames")
        super().onFrameBegin()

    def onMessageFrameBegin(self, length: int) -> None:  # noqa: N802
        super().onMessageFrameBegin(length)
        size = self.message_data_total_length
        if size > LARGEST_FRAME and not self.failedByMe:
            self._max_message_size_exceeded(size, LARGEST_FRAME, "too large")

    def onPing(self, payload: bytes) -> None:  # noqa: N802
        self._pings += 1
        if self._pings > _PINGS_MOST:
            self.dropConnection(abort=True)
            return
        super().onPing(payload)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803, FBT001
        if self.application_queue.qsize() >= _UNREAD_MOST:
            self.dropConnection(abort=True)
            return
        super().onMessage(payload, isBinary)

    def leave(self) -> None:
        """Have the client come again, to whoever serves it then."""
        if self.state == self.STATE_OPEN:
            reason = b"the server restarts"
            self.sendCloseFrame(code=_RESTART, reasonUtf8=reason)

    def serverClose(self, code: int | None = None) -> None:  # noqa: N802
        # Autobahn's `sendClose` refuses the codes that only a server has: 1011 and 1013.
        self.sendCloseFrame(code=code or 1000)

    def sendHttpErrorResponse(  # noqa: N802
        self,
        code: int,
        reason: str,  # noqa: ARG002 - may repeat what was sent
        responseHeaders: list[tuple[str, str]] | None = None,  # noqa: N803
    ) -> None:
        """A handshake that is refused, with what every answer bears."""
        told = "".join(f"{name}: {value}\r\n" for name, value in responseHeaders or ())
        head = (
            f"HTTP/1.1 {code} {_PHRASES.get(code, 'Refused')}\r\n{told}"
            "Content-Length: 0\r\nConnection: close\r\n"
        )
        self.sendData(head.encode() + security.written() + b"\r\n")

    def onClose(self, wasClean: bool, code: Any, reason: Any) -> None:  # noqa: N802, N803, FBT001
        # A handshake that is no WebSocket's is refused before there is anything to take down.
        if hasattr(self, "server"):
            super().onClose(wasClean, code, reason)


class SocketFactory(WebSocketFactory):
    protocol = Socket

    def setProtocolOptions(self, **options: Any) -> None:  # noqa: N802
        """Daphne's, and that whoever breaks the protocol is told by a code why."""
        super().setProtocolOptions(
            failByDrop=False, closeHandshakeTimeout=_CLOSING, **options
        )
