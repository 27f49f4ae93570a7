"""The head of an answer, as bytes. Pure."""

from __future__ import annotations

from twisted.web.http import NO_BODY_CODES, RESPONSES
from twisted.web.http_headers import Headers as TwistedHeaders

from ironclad.edge.protocol import Headers

WITHOUT_BODY = frozenset(NO_BODY_CODES)  # whatever their headers say
_CHUNKED = b"Transfer-Encoding: chunked\r\n"
_KNOWN = 256  # names whose spelling is remembered

_names: dict[bytes, bytes] = {}


def head(
    version: bytes, status: int, headers: Headers, *, may_chunk: bool
) -> tuple[bytes, bool]:
    """The lines with the empty one after them, and whether the body goes in chunks.

    It does where nobody has told its length, if it `may_chunk`. Raises TypeError for a name
    or a value that is not bytes.
    """
    phrase = RESPONSES.get(status, b"Unknown Status")
    lines = [b"%s %d %s\r\n" % (version, status, phrase)]
    for name, value in headers:
        written = _names.get(name) or _spelt(name)
        if written == b"Content-Length: ":
            may_chunk = False
        if b"\n" in value or b"\r" in value:
            # What begins there would be taken for a header, or for the body.
            value = b" ".join(value.splitlines())  # noqa: PLW2901
        lines += (written, value, b"\r\n")
    if may_chunk:
        lines.append(_CHUNKED)
    lines.append(b"\r\n")
    return b"".join(lines), may_chunk


def _spelt(name: bytes) -> bytes:
    """As Twisted writes it: `WWW-Authenticate: `. Raises its InvalidHeaderName."""
    headers = TwistedHeaders()
    headers.addRawHeader(name, b"")
    ((canonical, _values),) = headers.getAllRawHeaders()
    written = bytes(canonical) + b": "
    if len(_names) < _KNOWN:
        _names[name] = written
    return written
