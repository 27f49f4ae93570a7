"""One computation a key: whoever asks meanwhile waits for its answer. On the event loop alone."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable

from ironclad.edge.gone import unless_gone
from ironclad.edge.protocol import Receive
from ironclad.edge.read_store import Entry, Key

PATIENCE = 1.0  # seconds; then whoever waits asks for itself


class Flight:
    """Under way since `generation`. Ends once, with what may be told to all, or nothing."""

    def __init__(self, generation: Hashable) -> None:
        self.generation = generation
        self.patient = True  # nobody has lost patience yet
        self._waiting: set[asyncio.Future[Entry | None]] = set()

    async def join(self, receive: Receive) -> Entry | None:
        """Its answer; None where there is none to tell, it takes long, or the client left."""
        loop = asyncio.get_running_loop()
        wanted: asyncio.Future[Entry | None] = loop.create_future()
        self._waiting.add(wanted)
        timer = loop.call_later(PATIENCE, self._lose_patience, wanted)
        try:
            return await unless_gone(wanted, receive)
        finally:
            timer.cancel()
            self._waiting.discard(wanted)

    def end(self, answer: Entry | None) -> None:
        waiting, self._waiting = self._waiting, set()
        for wanted in waiting:
            if not wanted.done():
                wanted.set_result(answer)

    def _lose_patience(self, wanted: asyncio.Future[Entry | None]) -> None:
        self.patient = False
        if not wanted.done():
            wanted.set_result(None)


class Flights:
    def __init__(self) -> None:
        self._flights: dict[Key, Flight] = {}

    def find(self, key: Key, generation: Hashable) -> Flight | None:
        """One that may be joined: it reads what is still so, as far as anybody knows."""
        found = self._flights.get(key)
        if found is None or found.generation != generation or not found.patient:
            return None
        return found

    def begin(self, key: Key, generation: Hashable) -> Flight:
        made = self._flights[key] = Flight(generation)
        return made

    def end(self, key: Key, flight: Flight, answer: Entry | None) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        flight.end(answer)
