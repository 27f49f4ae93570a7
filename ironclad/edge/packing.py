"""Static files packed when they are first asked for, where nobody has done it before. Pure.

In the image they are: it holds a `.gz` beside each. In the built-in mode that would be seconds
before the first start; here it is a millisecond a file, once.
"""

from __future__ import annotations

import gzip

from ironclad.edge.protocol import Headers

_LEAST, _MOST = (
    512,
    4 * 1024 * 1024,
)  # bytes worth it, and bytes one thread may be held up by
_LEVEL = 6  # gzip's own; 9 takes three times as long for a per cent
_KINDS = (
    b"text/",
    b"application/javascript",
    b"application/json",
    b"application/manifest+json",
    b"application/xml",
    b"image/svg+xml",
)
_ENCODING, _LENGTH = b"content-encoding", b"content-length"
_VARY = (b"vary", b"Accept-Encoding")


def _of(headers: Headers, name: bytes) -> bytes:
    return next((value for key, value in headers if key == name), b"")


def varies(headers: Headers) -> Headers:
    """With what a shared cache has to know of every file that is sent packed to some."""
    if _of(headers, b"content-type").startswith(_KINDS) and not _of(headers, b"vary"):
        return [*headers, _VARY]
    return headers


def packed(headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    """A whole file for a client that takes gzip; as it was, where that is no gain."""
    kind = _of(headers, b"content-type")
    worth = kind.startswith(_KINDS) and _LEAST <= len(body) <= _MOST
    if not worth or _of(headers, _ENCODING):
        return headers, body
    smaller = gzip.compress(body, _LEVEL, mtime=0)
    if len(smaller) >= len(body):
        return headers, body
    told = [_weakened(each) for each in headers if each[0] != _LENGTH]
    length = (_LENGTH, str(len(smaller)).encode())
    return [*told, (_ENCODING, b"gzip"), length], smaller


def _weakened(pair: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Its bytes are others than the file's: parts of the two must not be joined."""
    name, value = pair
    if name == b"etag" and not value.startswith(b"W/"):
        return name, b"W/" + value
    return pair
