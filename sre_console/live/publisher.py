"""The latest snapshot of a replica, shared by all its consoles; nothing queues."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snapshot:
    seq: int
    text: str  # JSON


class Snapshots:
    """Holds one snapshot; used on the event loop alone."""

    def __init__(self) -> None:
        self.latest: Snapshot | None = None
        self._published = asyncio.Event()
        self.changed = asyncio.Event()  # the plan did; the publisher job waits for it

    async def newer_than(self, seq: int) -> Snapshot:
        """The newest snapshot once there is one after `seq`; those between are skipped."""
        while self.latest is None or self.latest.seq <= seq:
            await self._published.wait()
        return self.latest

    def publish(self, fields: str) -> None:
        """Make this the latest one; `fields` is a JSON object as text, not empty."""
        seq = self.latest.seq + 1 if self.latest else 1
        text = f'{{"type":"snapshot","seq":{seq},{fields[1:]}'
        self.latest = Snapshot(seq, text)
        published, self._published = self._published, asyncio.Event()
        published.set()

    def plan_changed(self) -> None:
        """Show the change at once; do not wait for the next beat."""
        self.changed.set()
