"""Hands a request over to Django and stays with it for as long as that is worth it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ironclad.edge.facts import Facts
from ironclad.edge.protocol import ASGIApp, Message, Receive, Scope, Send
from ironclad.errors import DeadlineExceeded

# The work inside ends by its own deadline; what outlives it by this much is stuck.
_GRACE = 0.5  # seconds


async def hand_over(  # noqa: PLR0913 - an ASGI call, its deadline and its end
    app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
    seconds: float,
    *,
    done: Callable[[], None] | None = None,
) -> None:
    """Run `app` to its end, in a task of its own that nobody cancels.

    A thread can't be cancelled: Django would wait for its view anyway, and we could not
    tell when the thread is free. So a client that leaves is noted, and the work goes on;
    `done` is called when it has ended. Raises DeadlineExceeded when it takes too long.
    """
    facts: Facts = scope["ironclad"]
    door = _Door(await receive(), send)
    work = asyncio.ensure_future(app(scope, door.receive, door.send))
    # The body has been read: what comes next is the disconnect.
    leaving = asyncio.ensure_future(receive())
    if done is not None:
        work.add_done_callback(lambda _work: done())
    try:
        await asyncio.wait(
            {work, leaving},
            timeout=seconds + _GRACE,
            return_when=asyncio.FIRST_COMPLETED,
        )
        if work.done():
            work.result()
        elif not facts.gone:
            raise DeadlineExceeded
    finally:
        leaving.cancel()
        door.closed = True
        if not work.done():
            work.add_done_callback(_forget)


class _Door:
    """What passes between the client and Django; `closed` when nobody listens any more."""

    def __init__(self, body: Message, send: Send) -> None:
        self._body: Message | None = body
        self._send = send
        self.closed = False

    async def receive(self) -> Message:
        """The body, once; never the disconnect, on which Django would cancel its view."""
        if self._body is not None:
            body, self._body = self._body, None
            return body
        never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        return await never

    async def send(self, message: Message) -> None:
        if not self.closed:
            await self._send(message)


def _forget(work: asyncio.Future[None]) -> None:
    if not work.cancelled():
        work.exception()  # told to nobody: its request was answered long ago
