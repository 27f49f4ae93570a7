"""Turns service requests away at the door while the circuit breaker is open.

A look alone: whom it lets in meets the breaker itself, behind admission. But a refusal that had to
take a place, a thread and Django's way to be told would cost as much as an answer.
"""

from __future__ import annotations

from typing import NoReturn, Protocol

from ironclad import envelope
from ironclad.clock import clock
from ironclad.edge.answer import send_body
from ironclad.edge.facts import Facts
from ironclad.edge.kept import Kept, Stale
from ironclad.edge.protocol import ASGIApp, Headers, Message, Receive, Scope, Send
from ironclad.errors import CircuitOpen

_GOOD = 200


class Door(Protocol):
    """The guard of the dependency behind."""

    def refuses(self) -> float | None:
        """Seconds until a trial is due, where a call would be refused now."""

    def refuse(self, wait: float) -> NoReturn:
        """Raises CircuitOpen, and counts it."""


class Gate:
    def __init__(self, app: ASGIApp, *, door: Door | None, kept: Kept) -> None:
        self._app = app
        self._door = door
        self._kept = kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        facts: Facts = scope["ironclad"]
        if not facts.service or self._door is None:
            await self._app(scope, receive, send)
            return
        wait = self._door.refuses()
        if wait is None:
            if self._kept.wants(scope):
                send = self._keeping(scope, send)
            await self._app(scope, receive, send)
            return
        stale = self._kept.find(scope)
        if stale is None:
            self._door.refuse(wait)
        if facts.effects is not None:
            facts.effects.degraded = True
        await send_body(
            scope, send, _GOOD, _body(facts, stale), headers=_headers(stale)
        )

    def _keeping(self, scope: Scope, send: Send) -> Send:
        status = 0
        parts: list[bytes] = []

        async def send_and_keep(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif status == _GOOD:
                parts.append(message.get("body", b""))
                if not message.get("more_body", False):
                    self._kept.keep(scope, b"".join(parts))
            await send(message)

        return send_and_keep


def _body(facts: Facts, stale: Stale) -> bytes:
    more = {
        "pagination": stale.pagination,
        "degraded": {
            "reason": CircuitOpen.code,
            "asOf": envelope.timestamp(stale.told),
            "age": round(stale.age, 1),  # seconds
        },
    }
    took = (clock.monotonic() - facts.started) * 1000
    told = envelope.success(
        stale.data, request_id=facts.request_id, duration_ms=took, more_meta=more
    )
    return envelope.encode(told)


def _headers(stale: Stale) -> Headers:
    return [
        (b"warning", b'110 ironclad "Response is Stale"'),
        (b"age", str(int(stale.age)).encode()),
        (b"x-ironclad-degraded", b"circuit-open"),
    ]
