# Daphne and Autobahn are not typed.
# mypy: disable-error-code="no-untyped-call, misc"
"""A WebSocket that neither keeps what nobody reads nor stumbles over a bad handshake."""

from __future__ import annotations

from typing import Any

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

# A console says a few words a second. Daphne keeps frames until the application asks for
# them, which it does not while it looks up who the client is.
_UNREAD_MOST = 64  # frames


class Socket(WebSocketProtocol):
    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803, FBT001
        if self.application_queue.qsize() >= _UNREAD_MOST:
            self.dropConnection(abort=True)
            return
        super().onMessage(payload, isBinary)

    def onClose(self, wasClean: bool, code: Any, reason: Any) -> None:  # noqa: N802, N803, FBT001
        # A handshake that is no WebSocket's is refused before there is anything to take down.
        if hasattr(self, "server"):
            super().onClose(wasClean, code, reason)


class SocketFactory(WebSocketFactory):
    protocol = Socket
