"""Answers the probes and `/metrics` before Django: no thread, no session, no pool."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.conf import settings

from ironclad.edge.answer import send_body, send_data, send_error
from ironclad.edge.background import Background
from ironclad.edge.checks import Check, Checks
from ironclad.edge.drain import Drain
from ironclad.edge.protocol import ASGIApp, Receive, Scope, Send, header
from ironclad.edge.siblings import Siblings
from ironclad.edge.single_flight import SingleFlight
from ironclad.errors import AuthenticationRequired, MethodNotAllowed
from ironclad.observability.exposition import exposition, format_of

_ALLOWED = (b"allow", b"GET, HEAD")
_FORMATS = 8  # of metrics, in which expositions are shared; scrapers ask for one or two

logger = structlog.get_logger(__name__)


class Probes:
    def __init__(
        self,
        app: ASGIApp,
        *,
        checks: Checks,
        background: Background,
        drain: Drain,
        siblings: Siblings | None = None,
    ) -> None:
        self._app = app
        self._siblings = siblings  # the processes that share this one's port
        self._asking = asyncio.Lock()  # one question to them after the other
        self._drain = drain
        self._background = background
        self._database = SingleFlight(checks.database)
        self._migrated = checks.migrated
        self._breakers = checks.breakers
        self._expositions: dict[str, SingleFlight[tuple[bytes, str]]] = {}
        # Its own, so that they are made one after the other.
        self._scrapes = ThreadPoolExecutor(1, thread_name_prefix="metrics")
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
        reasons = await self.missing()
        if reasons:
            await send_data(
                scope, send, 503, {"status": "not ready", "reasons": reasons}
            )
        else:
            await send_data(scope, send, 200, {"status": "ready"})

    async def missing(self) -> list[str]:
        """Why it is not ready; nothing once it is."""
        reasons = []
        if self._drain.began and not self._drain.replaced:
            reasons.append("the server is stopping")
        if not self._background.running:
            reasons.append("background jobs are not running")
        if self._migrated is not None:
            if await self._migrated():
                self._migrated = None
            else:
                reasons.append("the database's tables have not been seen to fit yet")
        return reasons

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
        asked = (header(scope, b"accept") or b"").decode("latin-1")
        body, content_type = await self._exposition(asked)()
        await send_body(scope, send, 200, body, content_type=content_type.encode())

    def _exposition(self, accept: str) -> SingleFlight[tuple[bytes, str]]:
        """Shared by those who ask for the same format, made after they have asked."""
        content_type = format_of(accept)
        known = self._expositions.get(content_type)
        if known is not None:
            return known

        async def ask(begins: Callable[[], None]) -> tuple[bytes, str]:
            if self._siblings is not None:
                async with self._asking:
                    begins()
                    return await self._siblings.exposition(accept)

            def make() -> tuple[bytes, str]:
                begins()
                return exposition(accept)

            # Collecting takes a millisecond or two: beside the loop, not on it.
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._scrapes, make)

        flight = SingleFlight(ask)
        if len(self._expositions) < _FORMATS:
            self._expositions[content_type] = flight
        return flight

    def _may_read_metrics(self, scope: Scope) -> bool:
        sent = header(scope, b"authorization") or b""
        scheme, _, token = sent.partition(b" ")
        return scheme.lower() == b"bearer" and hmac.compare_digest(
            token.strip(), self._metrics_token
        )
