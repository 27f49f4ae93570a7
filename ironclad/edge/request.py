# Twisted is typed in parts and Daphne not at all.
# mypy: disable-error-code="no-untyped-call, misc"
"""One request, from the socket to the application, and its answer back in one write.

Daphne's own way there takes a generator, a queue, and a pass over everything it keeps; Twisted's
back, a call for every piece of a header and a turn of the loop. Together they cost more than what
most requests want of us. WebSockets still go Daphne's way.
"""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from typing import Any
from urllib.parse import unquote

import structlog
from daphne.http_protocol import WebRequest
from django.conf import settings
from twisted.python.failure import Failure
from twisted.web.http import Request as TwistedRequest
from twisted.web.http import toChunk

from ironclad import envelope
from ironclad.edge import security
from ironclad.edge.head import WITHOUT_BODY, head
from ironclad.edge.inbox import Inbox
from ironclad.edge.protocol import Headers, Message, Scope
from ironclad.errors import InternalError, IroncladError, MalformedRequest

_SERVER_ERROR = 500
_WEBSOCKETS = b"/ws/"
# What is sent to a proxy, and what a server must take as well (RFC 9112, section 3.2.2).
_ABSOLUTE = re.compile(rb"https?://([^/?#]+)(.*)", re.IGNORECASE | re.DOTALL)
# Of a value, beside what Twisted refuses: what somebody may take for the end of a line.
_LINE_ENDS = re.compile(rb"[\x0b\x0c\x1c-\x1e\x85]")
_CHUNKS_END = b"0\r\n\r\n"

logger = structlog.get_logger(__name__)


class Request(WebRequest):
    """Keeps one byte more of a body than is allowed: enough for `Limits` to refuse it."""

    uri: bytes
    path: bytes
    client_addr: list[Any] | None
    server_addr: list[Any] | None
    chunked: bool | int
    startedWriting: int  # noqa: N815
    _inbox: Inbox | None = None
    _start: Message | None = None  # of its answer

    # Daphne's are written in Python, and asked at every step.
    __hash__ = object.__hash__
    __eq__ = object.__eq__

    def __init__(self, channel: Any, queued: object = False) -> None:  # noqa: FBT002
        TwistedRequest.__init__(self, channel, queued, parsePOSTFormSubmission=False)
        self.client_addr = self.server_addr = None
        self.server = channel.factory.server
        self.application_queue = None

    def parseCookies(self) -> None:  # noqa: N802 - Twisted's name
        """Whoever wants them reads the header."""

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802
        self.method, self.uri, self.clientproto = command, path, version
        self.path = path.partition(b"?")[0]
        self.process()

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
        upgrade = self.requestHeaders.getRawHeaders(b"upgrade") or [b""]
        if upgrade[0].lower() == b"websocket":
            return self._become_a_websocket()
        headers = self._headers()
        if headers is None:
            self.basic_error(400, b"", "")
        else:
            self._ask(self._scope(headers))
        return None

    def _become_a_websocket(self) -> Any:
        self.server.protocol_connected(self)
        done = super().process()
        if self.transport is None:
            # It speaks WebSocket from now on, past its channel.
            self.channel.forget()
        return done

    def _headers(self) -> Headers | None:
        """Those the application is told, None where one is not to be believed."""
        told = []
        for name, values in self.requestHeaders.getAllRawHeaders():
            if b"_" in name:
                # In WSGI's names it is the same as one with a dash (CVE-2015-0219).
                continue
            lowered = name.lower()
            for value in values:
                if _LINE_ENDS.search(value):
                    return None
                told.append((lowered, value))
        return told

    def _scope(self, headers: Headers) -> Scope:
        peer, here = self.client, self.host
        if hasattr(peer, "port"):
            self.client_addr = [str(peer.host), peer.port]
            self.server_addr = [str(here.host), here.port]
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": self.clientproto[5:].decode(),
            "method": self.method.decode(),
            # What is not ASCII there `Limits` refuses; Twisted lets some of it pass.
            "path": unquote(self.path.decode("latin-1")),
            "raw_path": self.path,
            "root_path": "",
            "scheme": "https" if self.isSecure() else "http",
            "query_string": self.uri.partition(b"?")[2],
            "headers": headers,
            "client": self.client_addr,
            "server": self.server_addr,
        }

    def _ask(self, scope: Scope) -> None:
        self.content.seek(0)
        self._inbox = Inbox(self.content.read())
        asked = self.server.application(
            scope=scope, receive=self._inbox.receive, send=self._send
        )
        work = asyncio.get_running_loop().create_task(asked)
        # Where Daphne looks for what is still at work once the client has gone.
        self.server.connections[self] = {
            "connected": time.time(),
            "application_instance": work,
        }
        work.add_done_callback(self._ended)

    async def _send(self, message: Message) -> None:
        self.handle_reply(message)

    def _ended(self, work: asyncio.Future[None]) -> None:
        self.server.connections.pop(self, None)
        if work.cancelled() or work.exception() is None:
            return
        error = work.exception()
        logger.error("application_failed", exc_info=error)
        if self.finished or self.channel is None:
            return
        if self._start is None:
            self.basic_error(500, b"", "")
        else:
            self.channel.cut()  # too late for another answer than this broken one

    def connectionLost(self, reason: Failure) -> None:  # noqa: N802
        TwistedRequest.connectionLost(self, reason)
        self._leave()

    def finish(self) -> None:
        TwistedRequest.finish(self)
        self._leave()

    def _leave(self) -> None:
        if self._inbox is None:
            return
        self._inbox.leave()
        at_work = self.server.connections.get(self)
        if at_work is not None:
            at_work.setdefault("disconnected", time.time())

    def handle_reply(self, message: Message) -> None:
        """One message of an answer. Raises ValueError where it is not its turn."""
        if self.finished or self.channel is None:
            return
        kind = message["type"]
        if kind == "http.response.start" and self._start is None:
            self._start = message
        elif kind == "http.response.body" and self._start is not None:
            more = message.get("more_body", False)
            self._write(self._start, message.get("body", b""), more=more)
        else:
            wrong = f"{kind} is not what follows here"
            raise ValueError(wrong)

    def _write(self, start: Message, body: bytes, *, more: bool) -> None:
        status = start["status"]
        silent = self.method == b"HEAD" or status in WITHOUT_BODY
        parts = []
        if not self.startedWriting:
            may_chunk = self.clientproto == b"HTTP/1.1" and not silent
            headers = [*start.get("headers", ()), *self._of_the_connection()]
            written, self.chunked = head(
                self.clientproto, status, headers, may_chunk=may_chunk
            )
            self.startedWriting = 1
            parts.append(written)
        if body and not silent:
            parts += toChunk(body) if self.chunked else (body,)
        if self.chunked and not more:
            parts.append(_CHUNKS_END)
            self.chunked = False
        self.channel.say(b"".join(parts))
        if not more:
            self.finish()

    def _of_the_connection(self) -> Headers:
        """What the channel has to say to it: that it is closed after this answer."""
        if self.channel.leaves:
            self.channel.persistent = 0
        return [] if self.channel.persistent else [(b"connection", b"close")]

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
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
                    *security.always(),
                    *security.transport(),
                    (b"cache-control", b"no-store"),
                ],
            }
        )
        body = failure(refusal, identity)
        self.handle_reply({"type": "http.response.body", "body": body})


def failure(error: IroncladError, identity: str) -> bytes:
    return envelope.encode(
        envelope.failure(error, request_id=identity, duration_ms=0.0)
    )
