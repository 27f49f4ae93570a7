"""One question at a time: whoever asks before it is put shares its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Every answer is to a question that was put after it was asked for.

    One that is under way already may have been answered before the caller came, so whoever comes
    then waits for the next. `ask` is handed a function to call, from any thread, just before it
    puts its question; where it does not, all who come before the answer share it.
    """

    def __init__(self, ask: Callable[[Callable[[], None]], Awaitable[T]]) -> None:
        self._ask = ask
        self._flight: _Flight[T] | None = None

    async def __call__(self) -> T:
        flight = self._flight
        if flight is None or flight.left or flight.answer.done():
            flight = self._flight = _Flight(self._ask)
        # One that gives up waiting must not take the answer from the others.
        return await asyncio.shield(flight.answer)


class _Flight(Generic[T]):
    def __init__(self, ask: Callable[[Callable[[], None]], Awaitable[T]]) -> None:
        self.left = False
        self.answer = asyncio.ensure_future(ask(self._leave))

    def _leave(self) -> None:
        self.left = True
