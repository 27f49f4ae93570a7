"""What one request has to say to its application: its body, and then that the client left."""

from __future__ import annotations

import asyncio

from ironclad.edge.protocol import DISCONNECT, Message


class Inbox:
    """A queue would do, and costs several times as much."""

    __slots__ = ("_body", "_gone", "_leaves")

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self._gone = False
        self._leaves: asyncio.Event | None = None  # made for whoever waits for it

    async def receive(self) -> Message:
        body, self._body = self._body, None
        if body is not None:
            return {"type": "http.request", "body": body, "more_body": False}
        if not self._gone:
            if self._leaves is None:
                self._leaves = asyncio.Event()
            await self._leaves.wait()
        return {**DISCONNECT}

    def leave(self) -> None:
        """Nobody listens to an answer any more, or all of it has been sent."""
        self._gone = True
        if self._leaves is not None:
            self._leaves.set()
