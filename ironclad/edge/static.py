"""Answers for the files under `/static/` from memory: no thread, no session, no middleware.

The Live page is made of some eighty small files; through Django they took over a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from ironclad.edge.answer import send_error
from ironclad.edge.protocol import (
    ASGIApp,
    Headers,
    Receive,
    Scope,
    Send,
    header,
)
from ironclad.errors import MethodNotAllowed

_ROUTE = "/static"
_ALLOWED = (b"allow", b"GET, HEAD")
_HELD = 256 * 1024  # bytes; a larger file is read each time
_ENCODINGS = ("br", "gzip")
# What the choice between 200, 206 and 304 depends on, as WSGI spells it.
_ASKED = {
    b"if-modified-since": "HTTP_IF_MODIFIED_SINCE",
    b"if-none-match": "HTTP_IF_NONE_MATCH",
    b"range": "HTTP_RANGE",
}


class Contents(Protocol):
    def read(self) -> bytes: ...
    def close(self) -> None: ...


class Found(Protocol):
    """WhiteNoise's answer: status, headers, and the open file unless there is no body."""

    status: int
    headers: list[tuple[str, str]]
    file: Contents | None


class File(Protocol):
    """A file in WhiteNoise's index, which knows its ETag, its type and its age."""

    def get_response(self, method: str, asked: Mapping[str, str]) -> Found: ...


class Static:
    def __init__(self, app: ASGIApp, files: Mapping[str, File]) -> None:
        self._app = app
        self._files = files
        self._held: dict[tuple[str, str], tuple[Headers, bytes]] = {}  # by encodings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        file = self._files.get(path)
        if file is None:
            await self._app(scope, receive, send)
            return
        scope["ironclad"].route = _ROUTE
        method = scope["method"]
        if method not in {"GET", "HEAD"}:
            await send_error(scope, send, MethodNotAllowed(), [_ALLOWED])
            return
        encodings = _encodings(scope)
        asked = {
            _ASKED[name]: value.decode("latin-1")
            for name, value in scope["headers"]
            if name in _ASKED
        }
        plain = method == "GET" and not asked
        held = self._held.get((path, encodings)) if plain else None
        if held is not None:
            await _send(send, 200, *held)
            return
        asked["HTTP_ACCEPT_ENCODING"] = encodings
        # Opening and reading may wait for a disk: beside the loop, not on it.
        status, headers, body = await asyncio.to_thread(_read, file, method, asked)
        if plain and len(body) <= _HELD:
            self._held[path, encodings] = headers, body
        await _send(send, status, headers, body)


def _encodings(scope: Scope) -> str:
    """Those of ours that are accepted: few, however many ways there are to ask."""
    accepted = (header(scope, b"accept-encoding") or b"").decode("latin-1")
    return ", ".join(name for name in _ENCODINGS if name in accepted)


def _read(
    file: File, method: str, asked: Mapping[str, str]
) -> tuple[int, Headers, bytes]:
    found = file.get_response(method, asked)
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in found.headers
    ]
    headers.append((b"x-content-type-options", b"nosniff"))
    if found.file is None:
        return int(found.status), headers, b""
    try:
        return int(found.status), headers, found.file.read()
    finally:
        found.file.close()


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    # A copy: the layers outside add theirs to it.
    start = {"type": "http.response.start", "status": status, "headers": [*headers]}
    await send(start)
    await send({"type": "http.response.body", "body": body})
