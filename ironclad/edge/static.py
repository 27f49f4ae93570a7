"""Answers for the files under `/static/` from memory: no thread, no session, no middleware.

The Live page is made of some eighty small files; through Django they took over a second. Under the
address of the tree that this process has (ironclad.static_tree) a file never changes, and whoever
gets it may keep it; under a plain one it is asked for again after a minute.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Protocol

from ironclad.edge.answer import send_error
from ironclad.edge.packing import packed, varies
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
_TREES = "/static/v-"
_ALLOWED = (b"allow", b"GET, HEAD")
_HELD = 512 * 1024  # bytes, as they are sent; a larger file is read each time
_ENCODINGS = ("br", "gzip")
_REFUSED = re.compile(r"(br|gzip)\s*;\s*q=0(?:\.0{0,3})?\s*(?=,|$)")
_CACHE = b"cache-control"
_FOR_EVER = (_CACHE, b"public, max-age=31536000, immutable")
# Of another version's tree: whatever we have by that name, and not to be kept by that address.
_OTHERS = (_CACHE, b"no-store")
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
    """`tree` is the hash of the files, where they have one."""

    def __init__(self, app: ASGIApp, files: Mapping[str, File], tree: str = "") -> None:
        self._app = app
        self._files = files
        self._tree = tree
        self._held: dict[tuple[str, str], tuple[Headers, bytes]] = {}  # by encodings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, caching = self._place(scope["path"])
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
            _ASKED[name]: value.decode("latin-1").removeprefix("W/")
            for name, value in scope["headers"]
            if name in _ASKED
        }
        held = None if asked else self._held.get((path, encodings))
        if held is not None:
            status, (headers, body) = 200, held
        else:
            # Opening, reading and packing take a while: beside the loop, not on it.
            status, headers, body = await asyncio.to_thread(
                _read, file, asked, encodings
            )
            if not asked and len(body) <= _HELD:
                self._held[path, encodings] = headers, body
        if caching is not None:
            headers = [each for each in headers if each[0] != _CACHE] + [caching]
        await _send(send, status, headers, b"" if method == "HEAD" else body)

    def _place(self, path: str) -> tuple[str, tuple[bytes, bytes] | None]:
        """The plain path of a file, and how long this address of it may be kept."""
        if not path.startswith(_TREES):
            return path, None
        tree, _, name = path[len(_TREES) :].partition("/")
        return f"{_ROUTE}/{name}", _FOR_EVER if tree == self._tree else _OTHERS


def _encodings(scope: Scope) -> str:
    """Those of ours that are accepted: few, however many ways there are to ask."""
    asked = (header(scope, b"accept-encoding") or b"").decode("latin-1").lower()
    accepted = _REFUSED.sub("", asked)
    return ", ".join(name for name in _ENCODINGS if name in accepted)


def _read(
    file: File, asked: Mapping[str, str], encodings: str
) -> tuple[int, Headers, bytes]:
    found = file.get_response("GET", {**asked, "HTTP_ACCEPT_ENCODING": encodings})
    headers = varies(
        [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in found.headers
        ]
    )
    if found.file is None:
        return int(found.status), headers, b""
    try:
        body = found.file.read()
    finally:
        found.file.close()
    if not asked and "gzip" in encodings:
        headers, body = packed(headers, body)
    return int(found.status), headers, body


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    # A copy: the layers outside add theirs to it.
    start = {"type": "http.response.start", "status": status, "headers": [*headers]}
    await send(start)
    await send({"type": "http.response.body", "body": body})
