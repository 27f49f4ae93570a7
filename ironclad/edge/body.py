"""Reads a body before Django sees it, so that its size is bounded and it can be told again."""

from __future__ import annotations

from ironclad.edge.protocol import Message, Receive
from ironclad.errors import PayloadTooLarge


class ClientGone(Exception):  # noqa: N818 - not an error of ours
    """The client left while it sent its body."""


async def read(receive: Receive, limit: int) -> bytes:
    """The whole body. Raises PayloadTooLarge beyond `limit` bytes, and ClientGone."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise PayloadTooLarge
        if part:
            parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def told_again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body in one message, and then what comes after it."""
    told = False

    async def receive_again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
