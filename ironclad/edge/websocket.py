# Daphne and Autobahn are not typed.
# mypy: disable-error-code="no-untyped-call, misc"
"""A WebSocket that neither keeps what nobody reads nor stumbles over a bad handshake."""

from __future__ import annotations

import time
from typing import Any

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

# A console says a few words a second. Daphne keeps frames until the application asks for
# them, which it does not while it looks up who the client is.
_UNREAD_MOST = 64  # frames
# Each ping is answered at once, and the answers to a client that reads nothing stay here.
_PINGS_MOST = 10  # in one second
_RESTART = 1012  # the IANA's WebSocket close codes: Service Restart


class Socket(WebSocketProtocol):
    _pings = 0
    _second = 0  # that they are counted in

    def onPing(self, payload: bytes) -> None:  # noqa: N802
        second = int(time.monotonic())
        self._pings = self._pings + 1 if second == self._second else 1
        self._second = second
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

    def onClose(self, wasClean: bool, code: Any, reason: Any) -> None:  # noqa: N802, N803, FBT001
        # A handshake that is no WebSocket's is refused before there is anything to take down.
        if hasattr(self, "server"):
            super().onClose(wasClean, code, reason)


class SocketFactory(WebSocketFactory):
    protocol = Socket
