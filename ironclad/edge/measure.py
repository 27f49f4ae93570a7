"""Counts every request once, with its final status and its whole duration."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from ironclad.clock import Clock
from ironclad.edge.answer import send_error
from ironclad.edge.events import RequestFinished, RequestObserver
from ironclad.edge.facts import Facts
from ironclad.edge.protocol import (
    DISCONNECT,
    ASGIApp,
    Message,
    Receive,
    RouteResolver,
    Scope,
    Send,
)
from ironclad.edge.routes import is_service
from ironclad.errors import InternalError, IroncladError
from ironclad.observability.metrics import http_requests_in_flight

CLIENT_GONE = 499

logger = structlog.get_logger(__name__)


class Measure:
    """Outside injection: what is injected is measured like everything else.

    Also the last resort for exceptions: whatever a layer below raises is answered in the
    envelope here, and so counted with the status that the client sees.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        clock: Clock,
        resolve: RouteResolver,
        observers: Sequence[RequestObserver],
    ) -> None:
        self._app = app
        self._clock = clock
        self._resolve = resolve
        self._observers = tuple(observers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        facts: Facts = scope["ironclad"]
        facts.method = scope["method"]
        facts.route = self._resolve(scope["path"])
        facts.service = is_service(scope["path"])
        count = _Count(self, facts, receive, send)
        http_requests_in_flight.inc()
        try:
            await self._app(scope, count.receive, count.send)
        except asyncio.CancelledError:
            count.finish(CLIENT_GONE)
            raise
        except Exception as error:
            if not isinstance(error, IroncladError):
                logger.exception("request_failed", requestId=facts.request_id)
                error = InternalError()
            else:
                facts.refused = error.code
            if count.started:
                # Too late for another status: the server cuts the connection.
                count.finish(error.status)
                raise
            await send_error(scope, count.send, error)
        finally:
            http_requests_in_flight.dec()
            # An application that returns without a whole answer was left by its client.
            count.finish(CLIENT_GONE)

    def publish(self, facts: Facts, status: int) -> None:
        now = self._clock.monotonic()
        finished = RequestFinished(
            request_id=facts.request_id,
            method=facts.method,
            route=facts.route,
            status=status,
            duration=now - facts.started,
            finished=now,
            service=facts.service,
            fault=facts.fault,
            refused=facts.refused,
            caller=facts.caller,
            effects=facts.effects,
            limited=facts.limited,
            exercise=_is_exercise(facts),
        )
        for observe in self._observers:
            try:
                observe(finished)
            except Exception:
                logger.exception("observer_failed", requestId=facts.request_id)


def _is_exercise(facts: Facts) -> bool:
    injected = facts.fault is not None and facts.fault.injected
    behind = facts.effects is not None and facts.effects.injected
    return facts.exercise or injected or behind


class _Count:
    """One request on its way; `finish` counts it at the first call only."""

    def __init__(
        self, measure: Measure, facts: Facts, receive: Receive, send: Send
    ) -> None:
        self._measure = measure
        self._facts = facts
        self._receive = receive
        self._send = send
        self._status = 0
        self._finished = False

    @property
    def started(self) -> bool:
        return self._status > 0

    def finish(self, status: int) -> None:
        if not self._finished:
            self._finished = True
            self._measure.publish(self._facts, status)

    async def receive(self) -> Message:
        # The server tells of a disconnect once; layers below may ask again.
        if self._facts.gone:
            return DISCONNECT
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._facts.gone = True
            self.finish(CLIENT_GONE)
        return message

    async def send(self, message: Message) -> None:
        if self._facts.gone:
            return
        if message["type"] == "http.response.start":
            self._status = message["status"]
        elif not message.get("more_body", False):
            # Counted before it is sent: whoever has the answer finds it counted.
            self.finish(self._status)
        await self._send(message)
