"""The latest snapshot of a replica, shared by all its consoles; nothing queues."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ironclad.clock import clock

# Seconds that whoever has looked may look again: as long as a console has to say that it has got
# the last one.
WATCHED_FOR = 30.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    seq: int
    text: str  # JSON


class Snapshots:
    """Holds one snapshot; used on the event loop, but for `watched` and `skip`."""

    def __init__(self) -> None:
        self.latest: Snapshot | None = None
        self._published = asyncio.Event()
        self.changed = asyncio.Event()  # the plan did; the publisher job waits for it
        self._waiting = 0
        self._looked = -float("inf")  # monotonic
        self._old = False  # the latest one has no successor that it should have

    @property
    def watched(self) -> bool:
        """Whether anybody is there for the next one."""
        return self._waiting > 0 or clock.monotonic() - self._looked < WATCHED_FOR

    def skip(self) -> None:
        """The next one is not made: nobody is there for it."""
        self._old = True

    async def newer_than(self, seq: int) -> Snapshot:
        """The newest snapshot once there is one after `seq`; those between are skipped."""
        if self._old:
            seq = max(seq, self.latest.seq if self.latest else 0)
            self.changed.set()  # whoever looks first has the next one made
        self._waiting += 1
        try:
            return await self.published_after(seq)
        finally:
            self._waiting -= 1
            self._looked = clock.monotonic()

    async def published_after(self, seq: int) -> Snapshot:
        """The same for who has it made, and does not watch."""
        while self.latest is None or self.latest.seq <= seq:
            await self._published.wait()
        return self.latest

    def publish(self, fields: str) -> None:
        """Make this the latest one; `fields` is a JSON object as text, not empty."""
        seq = self.latest.seq + 1 if self.latest else 1
        text = f'{{"type":"snapshot","seq":{seq},{fields[1:]}'
        self.latest, self._old = Snapshot(seq, text), False
        published, self._published = self._published, asyncio.Event()
        published.set()

    def plan_changed(self) -> None:
        """Show the change at once; do not wait for the next beat."""
        self.changed.set()
