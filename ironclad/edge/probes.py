"""Answers the probes and `/metrics` before Django: no thread, no session, no pool."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable

import structlog
from django.conf import settings

from ironclad.edge.answer import send_body, send_data, send_error
from ironclad.edge.background import Background
from ironclad.edge.checks import Check, Checks
from ironclad.edge.drain import Drain
from ironclad.edge.protocol import ASGIApp, Receive, Scope, Send, header
from ironclad.edge.single_flight import SingleFlight
from ironclad.errors import AuthenticationRequired, MethodNotAllowed
from ironclad.observability.exposition import exposition

_ALLOWED = (b"allow", b"GET, HEAD")

logger = structlog.get_logger(__name__)


class Probes:
    def __init__(
        self, app: ASGIApp, *, checks: Checks, background: Background, drain: Drain
    ) -> None:
        self._app = app
        self._drain = drain
        self._background = background
        self._database = SingleFlight(checks.database)
        self._migrated = checks.migrated
        self._breakers = checks.breakers
        self._metrics_token = settings.METRICS_TOKEN.encode()
        self._answers: dict[str, Callable[[Scope, Send], Awaitable[None]]] = {
            "/livez": self._livez,
            "/readyz": self._readyz,
            "/health": self._health,
            "/metrics": self._metrics,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        answer = self._answers.get(path) or self._answers.get(path.removesuffix("/"))
        if answer is None:
            await self._app(scope, receive, send)
            return
        scope["ironclad"].route = path.removesuffix("/")
        if scope["method"] in {"GET", "HEAD"}:
            await answer(scope, send)
        else:
            await send_error(scope, send, MethodNotAllowed(), [_ALLOWED])

    async def _livez(self, scope: Scope, send: Send) -> None:
        await send_data(scope, send, 200, {"status": "alive"})

    async def _readyz(self, scope: Scope, send: Send) -> None:
        """Ready once its jobs run and the tables have been seen to fit, until it leaves.

        Not when the database goes away later: taking every replica out of service would turn
        an answer that explains (503 in the envelope) into none.
        """
        reasons = []
        if self._drain.began:
            reasons.append("the server is stopping")
        if not self._background.running:
            reasons.append("background jobs are not running")
        if self._migrated is not None:
            if await self._migrated():
                self._migrated = None
            else:
                reasons.append("the database's tables have not been seen to fit yet")
        if reasons:
            await send_data(
                scope, send, 503, {"status": "not ready", "reasons": reasons}
            )
        else:
            await send_data(scope, send, 200, {"status": "ready"})

    async def _health(self, scope: Scope, send: Send) -> None:
        database: Check = await self._database()
        told: dict[str, object] = {
            "status": "healthy" if database.healthy else "unhealthy",
            "version": settings.APP_VERSION,
            "checks": {"database": database.as_json()},
            "breakers": self._breakers(),
        }
        await send_data(scope, send, 200 if database.healthy else 503, told)

    async def _metrics(self, scope: Scope, send: Send) -> None:
        if self._metrics_token and not self._may_read_metrics(scope):
            refusal = AuthenticationRequired("Send the metrics token as bearer token.")
            await send_error(scope, send, refusal, [(b"www-authenticate", b"Bearer")])
            return
        # Collecting takes some milliseconds: beside the loop, not on it.
        asked = (header(scope, b"accept") or b"").decode("latin-1")
        body, content_type = await asyncio.to_thread(exposition, asked)
        await send_body(scope, send, 200, body, content_type=content_type.encode())

    def _may_read_metrics(self, scope: Scope) -> bool:
        sent = header(scope, b"authorization") or b""
        scheme, _, token = sent.partition(b" ")
        return scheme.lower() == b"bearer" and hmac.compare_digest(
            token.strip(), self._metrics_token
        )
