"""One question at a time: whoever asks meanwhile gets the answer under way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        self._ask = ask
        self._flight: asyncio.Future[T] | None = None

    async def __call__(self) -> T:
        if self._flight is None or self._flight.done():
            self._flight = asyncio.ensure_future(self._ask())
        # One that gives up waiting must not take the answer from the others.
        return await asyncio.shield(self._flight)
