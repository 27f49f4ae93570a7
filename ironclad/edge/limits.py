"""Refuses what no honest client sends, and what is too large, before anything reads it."""

from __future__ import annotations

import re
from ipaddress import ip_address

from django.conf import settings

from ironclad.edge import body
from ironclad.edge.protocol import ASGIApp, Receive, Scope, Send
from ironclad.errors import (
    BulkheadFull,
    MalformedRequest,
    PayloadTooLarge,
    PermissionRefused,
)
from ironclad.observability.metrics import bulkhead_rejected_total

_LONGEST_TARGET = 8192  # bytes of path and query
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
    client = scope.get("client")
    try:
        inside = client is None or ip_address(client[0]).is_loopback
    except ValueError:
        inside = False
    if not inside:
        message = "The built-in profile answers this machine only."
        raise PermissionRefused(message)


def _refuse_bad_target(scope: Scope) -> None:
    if scope["method"] != scope["method"].upper():
        # Django takes `get` for GET; faults and counts go by the word that was sent.
        message = "Write the method in capital letters."
        raise MalformedRequest(message)
    raw = scope.get("raw_path") or scope["path"].encode()
    if len(raw) + len(scope.get("query_string", b"")) > _LONGEST_TARGET:
        message = f"The address is longer than {_LONGEST_TARGET} bytes."
        raise _UriTooLong(message)
    if "\x00" in scope["path"]:
        message = "The address holds a NUL."
        raise MalformedRequest(message)


def _refuse_bad_headers(scope: Scope) -> int:
    """The announced length of the body, 0 without one."""
    hosts = lengths = 0
    length = 0
    for name, value in scope["headers"]:
        if _CONTROL.search(value) or _CONTROL.search(name):
            message = "A header holds a control character or is folded."
            raise MalformedRequest(message)
        if name == b"host":
            hosts += 1
        elif name == b"content-length":
            lengths += 1
            if not _DIGITS.fullmatch(value):
                message = "Content-Length is not a number."
                raise MalformedRequest(message)
            length = int(value)
    if hosts != 1:
        message = "Send exactly one Host header."
        raise MalformedRequest(message)
    if lengths > 1:
        message = "Send at most one Content-Length header."
        raise MalformedRequest(message)
    return length


class _UriTooLong(MalformedRequest):
    """The envelope has no code of its own for 414."""

    status = 414
