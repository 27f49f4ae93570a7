"""Lets the configured origins read `/api` from a browser."""

from __future__ import annotations

from django.conf import settings

from ironclad.edge.protocol import (
    ASGIApp,
    Headers,
    Message,
    Receive,
    Scope,
    Send,
    header,
)

_METHODS = b"GET, POST, PUT, PATCH, DELETE"
_ASKED = (
    b"authorization, content-type, if-match, if-none-match, x-ironclad-version, "
    b"x-request-id"
)
_SHOWN = (
    b"etag, ratelimit, ratelimit-policy, retry-after, warning, "
    b"x-cache, x-ironclad-degraded, x-ironclad-fault, x-ironclad-version, x-request-id"
)
_AGE = b"600"  # seconds that a browser may remember a preflight


class Cors:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._origins = frozenset(
            origin.encode() for origin in settings.CORS_ALLOWED_ORIGINS
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = self._allowed_origin(scope) if self._origins else None
        if origin is None:
            await self._app(scope, receive, send)
        elif _is_preflight(scope):
            await _answer_preflight(send, origin)
        else:
            await self._app(scope, receive, _opened(send, origin))

    def _allowed_origin(self, scope: Scope) -> bytes | None:
        path = scope["path"]
        if path != "/api" and not path.startswith("/api/"):
            return None
        origin = header(scope, b"origin")
        return origin if origin in self._origins else None


def _is_preflight(scope: Scope) -> bool:
    asked = header(scope, b"access-control-request-method")
    return scope["method"] == "OPTIONS" and asked is not None


def _grant(origin: bytes) -> Headers:
    # No credentials: other origins use tokens, never the console's session.
    return [(b"access-control-allow-origin", origin), (b"vary", b"origin")]


async def _answer_preflight(send: Send, origin: bytes) -> None:
    headers = [
        *_grant(origin),
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _ASKED),
        (b"access-control-max-age", _AGE),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _opened(send: Send, origin: bytes) -> Send:
    more = [*_grant(origin), (b"access-control-expose-headers", _SHOWN)]

    async def send_opened(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *more]
        await send(message)

    return send_opened
