"""Refuses what no honest client sends, and what is too large, before anything reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address

from django.conf import settings

from ironclad.edge import body
from ironclad.edge.answer import send_error
from ironclad.edge.protocol import ASGIApp, Receive, Scope, Send
from ironclad.errors import (
    BulkheadFull,
    MalformedRequest,
    MethodNotAllowed,
    PayloadTooLarge,
    PermissionRefused,
    UnsupportedMediaType,
)
from ironclad.observability.metrics import bulkhead_rejected_total

_LONGEST_TARGET = 8192  # bytes of path and query
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_ALLOWED = (b"allow", ", ".join(sorted(_METHODS)).encode())
_HEADERS_MOST = 100
_HEADERS_LARGEST = 16 * 1024  # bytes of all names and values together
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")  # a tab is allowed in a value
# All bodies of the requests under way together; small ones always find room.
_BODIES = 64 * 1024 * 1024  # bytes
_SMALL = 16 * 1024  # bytes
_DIGITS = re.compile(rb"[0-9]{1,18}")


class Limits:
    """Raises an IroncladError for a request that is refused; `Measure` answers it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._loopback_only = settings.BUILTIN
        self._body_limit = settings.BODY_LIMIT
        self._bodies = 0  # bytes held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._loopback_only:
            _refuse_strangers(scope)
        if scope["method"] not in _METHODS:
            await _refuse_method(scope, send)
            return
        _refuse_bad_target(scope)
        length = _refuse_bad_headers(scope)
        if length > self._body_limit:
            raise PayloadTooLarge
        try:
            held = await body.read(receive, self._body_limit)
        except body.ClientGone:
            return
        size = len(held)
        if size > _SMALL and self._bodies + size > _BODIES:
            bulkhead_rejected_total.labels("bodies").inc()
            raise BulkheadFull(retry_after=1)
        scope["ironclad"].body = held
        self._bodies += size
        try:
            # From here on `receive` can only tell that the client left; see Admission.
            await self._app(scope, receive, send)
        finally:
            self._bodies -= size


def _refuse_strangers(scope: Scope) -> None:
    # The built-in profile has faults and an operator's token for whoever asks; the command
    # that serves refuses other addresses, this guards every other way to start.
    # Neither a stranger nor a proxy on this machine that speaks for one.
    inside = all(_is_loopback(scope.get(end)) for end in ("peer", "client"))
    if not inside:
        message = "The built-in profile answers this machine only."
        raise PermissionRefused(message)


def _is_loopback(end: Sequence[object] | None) -> bool:
    return end is None or _is_local(str(end[0]))


@lru_cache(maxsize=256)
def _is_local(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


async def _refuse_method(scope: Scope, send: Send) -> None:
    if scope["method"].upper() in _METHODS:
        # Django takes `get` for GET; faults and counts go by the word that was sent.
        message = "Write the method in capital letters."
        raise MalformedRequest(message)
    scope["ironclad"].refused = MethodNotAllowed.code
    await send_error(scope, send, MethodNotAllowed(), [_ALLOWED])


def _refuse_bad_target(scope: Scope) -> None:
    raw = scope.get("raw_path") or scope["path"].encode()
    if len(raw) + len(scope.get("query_string", b"")) > _LONGEST_TARGET:
        message = f"The address is longer than {_LONGEST_TARGET} bytes."
        raise _UriTooLong(message)
    asked = scope.get("query_string", b"")
    if not ((scope.get("raw_path") or b"").isascii() and asked.isascii()):
        message = "Send what is not ASCII in the address percent-encoded."
        raise MalformedRequest(message)
    if "\x00" in scope["path"] or b"%00" in asked or b"\x00" in asked:
        message = "The address holds a NUL."
        raise MalformedRequest(message)


def _refuse_bad_headers(scope: Scope) -> int:
    """The announced length of the body, 0 without one."""
    lengths: list[bytes] = []
    size = 0
    headers = scope["headers"]
    for name, value in headers:
        size += len(name) + len(value)
        if _CONTROL.search(value) or _CONTROL.search(name):
            message = "A header holds a control character or is folded."
            raise MalformedRequest(message)
        if name == b"content-length":
            lengths.append(value)
        elif name == b"content-encoding" and value.strip().lower() != b"identity":
            # A small body that unpacks to a large one would pass every bound.
            message = "Send the body as it is, without Content-Encoding."
            raise UnsupportedMediaType(message)
    if len(headers) > _HEADERS_MOST or size > _HEADERS_LARGEST:
        message = f"Send at most {_HEADERS_MOST} headers of {_HEADERS_LARGEST} bytes."
        raise _HeadersTooLarge(message)
    return _length(lengths)


def _length(sent: list[bytes]) -> int:
    if not sent:
        return 0
    if len(sent) > 1:
        message = "Send at most one Content-Length header."
        raise MalformedRequest(message)
    if not _DIGITS.fullmatch(sent[0]):
        message = "Content-Length is not a number."
        raise MalformedRequest(message)
    return int(sent[0])


class _UriTooLong(MalformedRequest):
    """The envelope has no code of its own for 414."""

    status = 414


class _HeadersTooLarge(MalformedRequest):
    """Nor for 431."""

    status = 431
