"""A small HTTP/1.1 client for one server: about a tenth of a millisecond a request.

General clients look through all their connections for each request, which with 1,000
in flight costs more than the request; and their cost would be taken from the two cores
that the server is measured on. h11 does the protocol.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import h11

# The server closes idle connections after 75 s; one that is closed while we send would
# be a failure that never reached it.
IDLE_LIMIT = 10.0  # seconds


class ConnectionLost(Exception):  # noqa: N818 - the field's word
    """The connection was cut before the whole answer came."""


class Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._http = h11.Connection(h11.CLIENT)
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[tuple[int, bytes]] | None = None
        self._status = 0
        self._body: list[bytes] = []
        self.idle_since = 0.0

    @property
    def reusable(self) -> bool:
        return self._http.our_state is h11.IDLE and self._transport is not None

    async def ask(
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
    ) -> tuple[int, bytes]:
        """The answer's status and body. Raises ConnectionLost."""
        if self._transport is None:
            raise ConnectionLost
        self._status, self._body = 0, []
        self._waiter = asyncio.get_running_loop().create_future()
        request = h11.Request(method=method, target=target, headers=list(headers))
        parts = [self._http.send(request) or b""]
        if body:
            parts.append(self._http.send(h11.Data(data=body)) or b"")
        parts.append(self._http.send(h11.EndOfMessage()) or b"")
        self._transport.write(b"".join(parts))
        return await self._waiter

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    # -- asyncio.Protocol ---------------------------------------------------------
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for mypy
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._http.receive_data(data)
        self._read_events()

    def eof_received(self) -> bool:
        self._http.receive_data(b"")
        self._read_events()
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._transport = None
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(ConnectionLost())

    def _read_events(self) -> None:
        try:
            while True:
                event = self._http.next_event()
                if isinstance(event, h11.Response):
                    self._status = event.status_code
                elif isinstance(event, h11.Data):
                    self._body.append(bytes(event.data))
                elif isinstance(event, h11.EndOfMessage):
                    self._finish()
                    return
                elif event is h11.NEED_DATA or event is h11.PAUSED:
                    return
                elif isinstance(event, h11.ConnectionClosed):
                    self.abort()
                    return
        except h11.RemoteProtocolError:
            self.abort()

    def _finish(self) -> None:
        if (self._http.our_state, self._http.their_state) == (h11.DONE, h11.DONE):
            self._http.start_next_cycle()
        else:
            self.abort()  # the server asked to close
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result((self._status, b"".join(self._body)))


class Client:
    """Connections to one host, the most recently used first."""

    def __init__(
        self, host: str, port: int, headers: Sequence[tuple[str, str]]
    ) -> None:
        self._host = host
        self._port = port
        self._headers = [("Host", f"{host}:{port}"), *headers]
        self._idle: list[Connection] = []

    async def ask(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        """Raises OSError or ConnectionLost when there is no whole answer."""
        connection = self._take() or await self._open()
        headers = self._headers
        if body:
            length = ("Content-Length", str(len(body)))
            headers = [*headers, ("Content-Type", "application/json"), length]
        elif method in {"POST", "PUT", "PATCH"}:
            headers = [*headers, ("Content-Length", "0")]
        try:
            answer = await connection.ask(method, target, headers, body)
        except BaseException:
            connection.abort()
            raise
        if connection.reusable:
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.append(connection)
        return answer

    def close(self) -> None:
        while self._idle:
            self._idle.pop().abort()

    def _take(self) -> Connection | None:
        stale = asyncio.get_running_loop().time() - IDLE_LIMIT
        while self._idle and self._idle[0].idle_since < stale:
            self._idle.pop(0).abort()
        while self._idle:
            connection = self._idle.pop()
            if connection.reusable:
                return connection
        return None

    async def _open(self) -> Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(Connection, self._host, self._port)
        return connection
