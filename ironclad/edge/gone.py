"""Waiting for something for only as long as the client is there."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from ironclad.edge.protocol import Receive

T = TypeVar("T")


async def unless_gone(wanted: asyncio.Future[T], receive: Receive) -> T | None:
    """What `wanted` gives; it is cancelled, and None given, when the client leaves first.

    The body must have been read before: the next message can only be the disconnect.
    """
    gone = asyncio.ensure_future(receive())
    try:
        both: set[asyncio.Future[Any]] = {wanted, gone}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if wanted.done():
            return wanted.result()
        return None
    finally:
        gone.cancel()
        wanted.cancel()
