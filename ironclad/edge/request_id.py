"""Gives each request its id, and each answer the header that tells it."""

from __future__ import annotations

import re
import uuid

from ironclad.clock import Clock
from ironclad.edge.facts import Facts
from ironclad.edge.protocol import ASGIApp, Message, Receive, Scope, Send, header
from ironclad.observability.context import request_id

_ACCEPTED = re.compile(rb"[A-Za-z0-9_-]{8,64}")


class RequestId:
    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        facts = Facts(request_id=_of(scope), started=self._clock.monotonic())
        scope["ironclad"] = facts
        # A request has a task, and so a context, of its own: nobody resets it.
        request_id.set(facts.request_id)
        told = (b"x-request-id", facts.request_id.encode())

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [h for h in message["headers"] if h[0].lower() != told[0]]
                message["headers"] = [*kept, told]
            await send(message)

        await self._app(scope, receive, send_with_id)


def _of(scope: Scope) -> str:
    sent = header(scope, b"x-request-id")
    if sent is not None and _ACCEPTED.fullmatch(sent):
        return sent.decode()
    return uuid.uuid4().hex
