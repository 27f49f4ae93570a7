"""Does to a service request what the fault plan has in store for it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ironclad.clock import Clock
from ironclad.edge.answer import send_error
from ironclad.edge.events import FaultDecision, FaultSource
from ironclad.edge.facts import Facts
from ironclad.edge.gone import unless_gone
from ironclad.edge.protocol import ASGIApp, Message, Receive, Scope, Send
from ironclad.errors import BulkheadFull, InjectedFault, InternalError, IroncladError
from ironclad.observability.metrics import bulkhead_rejected_total
from ironclad.resilience.effects import Effects
from ironclad.resilience.effects import effects as noted
from ironclad.resilience.patterns import pattern_of

_FAULT = b"x-ironclad-fault"
_ERROR = (_FAULT, b"error")
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
        if not facts.service:
            await self._app(scope, receive, send)
            return
        effects = facts.effects = Effects(scope["method"], scope["path"])
        noted.set(effects)
        decision = self._faults.decide(scope["method"], scope["path"])
        if decision is None:
            await self._pass_on(scope, receive, send, effects)
            return
        waited = 0.0
        if decision.delay > 0:
            if self._held >= _HELD_MOST:
                bulkhead_rejected_total.labels("held").inc()
                facts.fault = replace(decision, delay=0.0, error=False)
                raise BulkheadFull(retry_after=1)
            waited = await self._hold(facts, decision, receive)
            if facts.gone:
                return
        error = decision.error and self._faults.stands(decision)
        facts.fault = replace(decision, delay=waited, error=error)
        if error and decision.concealed:
            await send_error(scope, send, InternalError())
        elif error:
            await send_error(scope, send, InjectedFault(), [_ERROR])
        else:
            await self._pass_on(scope, receive, send, effects)

    async def _pass_on(
        self, scope: Scope, receive: Receive, send: Send, effects: Effects
    ) -> None:
        """To the patterns and what is behind them; faults are injected there as well."""
        facts: Facts = scope["ironclad"]

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._judge(facts, effects)
                kinds = _kinds(facts, effects)
                if kinds:
                    mark = (_FAULT, ", ".join(kinds).encode())
                    message["headers"] = [*message["headers"], mark]
            await send(message)

        try:
            await self._app(scope, receive, send_marked)
        except IroncladError as error:
            effects.refused = pattern_of(error)
            self._judge(facts, effects)
            raise

    def _judge(self, facts: Facts, effects: Effects) -> None:
        """What a pattern refuses while the dependency is failed on purpose is exercise."""
        if effects.refused is not None:
            facts.exercise = self._faults.fails_dependency(facts.method, effects.path)

    async def _hold(
        self, facts: Facts, decision: FaultDecision, receive: Receive
    ) -> float:
        """Seconds waited; noted for the count also when the client leaves meanwhile."""
        began = self._clock.monotonic()
        # Were the client to leave now, this is what was done to it: no error was answered.
        facts.fault = replace(decision, error=False)
        held = asyncio.ensure_future(self._faults.hold(decision))
        self._held += 1
        try:
            waited = await unless_gone(held, receive)
        finally:
            self._held -= 1
        if waited is None:
            return self._clock.monotonic() - began
        return waited


def _kinds(facts: Facts, effects: Effects) -> list[str]:
    """What was injected into a request that was passed on, as its answer tells it."""
    fault = facts.fault
    delayed = fault is not None and fault.delay > 0 and not fault.concealed
    failed = effects.injected and not effects.concealed
    return ["delay"] * delayed + ["dependency"] * failed
