"""Does to a service request what the fault plan has in store for it."""

from __future__ import annotations

import asyncio

from ironclad.clock import Clock
from ironclad.edge.answer import send_error
from ironclad.edge.events import FaultDecision, FaultSource
from ironclad.edge.facts import Facts
from ironclad.edge.gone import unless_gone
from ironclad.edge.protocol import ASGIApp, Message, Receive, Scope, Send
from ironclad.errors import BulkheadFull, InjectedFault
from ironclad.observability.metrics import bulkhead_rejected_total

_ERROR = (b"x-ironclad-fault", b"error")
_DELAY = (b"x-ironclad-fault", b"delay")
# 80 requests a second at 20 s, the longest delay with its jitter, and some room. Each one that
# is held keeps its connection and its body.
_HELD_MOST = 2000


class Inject:
    """Delay first, then error. A delay is an awaited timer: no thread, no connection."""

    def __init__(self, app: ASGIApp, *, faults: FaultSource, clock: Clock) -> None:
        self._app = app
        self._faults = faults
        self._clock = clock
        self._held = 0  # requests that wait for their delay to pass

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        facts: Facts = scope["ironclad"]
        decision = None
        if facts.service:
            decision = self._faults.decide(scope["method"], scope["path"])
        if decision is None:
            await self._app(scope, receive, send)
            return
        waited = 0.0
        if decision.delay > 0:
            if self._held >= _HELD_MOST:
                bulkhead_rejected_total.labels("held").inc()
                raise BulkheadFull(retry_after=1)
            waited = await self._hold(facts, decision, receive)
            if facts.gone:
                return
        error = decision.error and self._faults.stands(decision)
        facts.fault = FaultDecision(decision.version, delay=waited, error=error)
        if error:
            await send_error(scope, send, InjectedFault(), [_ERROR])
        elif waited:
            await self._app(scope, receive, _marked(send))
        else:
            await self._app(scope, receive, send)

    async def _hold(
        self, facts: Facts, decision: FaultDecision, receive: Receive
    ) -> float:
        """Seconds waited; noted for the count also when the client leaves meanwhile."""
        began = self._clock.monotonic()
        # Were the client to leave now, this is what was done to it: no error was answered.
        facts.fault = FaultDecision(decision.version, delay=decision.delay)
        held = asyncio.ensure_future(self._faults.hold(decision))
        self._held += 1
        try:
            waited = await unless_gone(held, receive)
        finally:
            self._held -= 1
        if waited is None:
            return self._clock.monotonic() - began
        return waited


def _marked(send: Send) -> Send:
    async def send_marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], _DELAY]
        await send(message)

    return send_marked
