"""Job: keep the snapshots coming, also when the fleet's do not."""

from __future__ import annotations

import asyncio
import json
import math
from typing import TYPE_CHECKING

from sre_console.live import snapshot
from sre_console.live.own import alerts_own, plan_own, resilience_own

if TYPE_CHECKING:
    from sre_console.live.runtime import Runtime

SILENCE = 2.0  # seconds without a beat before this replica speaks for itself
_PATIENCE = 0.25  # seconds the database has to show a change of the plan
_AFTER = 0.35  # seconds after a second's end: the fleet's snapshot would have come


def encoded(fields: snapshot.Fields) -> str:
    return json.dumps(fields, separators=(",", ":"), allow_nan=False)


class Publisher:
    def __init__(self, parts: Runtime) -> None:
        self._parts = parts

    async def run(self) -> None:
        parts = self._parts
        while True:
            now = parts.recorder.epoch()
            wait = math.floor(now - _AFTER) + 1 + _AFTER - now
            try:
                async with asyncio.timeout(wait):
                    await parts.snapshots.changed.wait()
            except TimeoutError:
                quiet = parts.clock.monotonic() - parts.listener.last_fleet
                if not parts.snapshots.watched:
                    parts.snapshots.skip()
                elif quiet > SILENCE or not parts.listener.ok:
                    self.publish_own()
            else:
                parts.snapshots.changed.clear()
                await self._show_change()

    async def _show_change(self) -> None:
        """From the database if it answers quickly; from memory if not."""
        parts = self._parts
        before = parts.snapshots.latest.seq if parts.snapshots.latest else 0
        if parts.listener.ok:
            parts.listener.ask()
            try:
                async with asyncio.timeout(_PATIENCE):
                    await parts.snapshots.published_after(before)
            except TimeoutError:
                pass
            else:
                return
        self.publish_own()

    def publish_own(self) -> None:
        parts = self._parts
        fields = snapshot.replica(
            parts.recorder,
            {"plan": plan_own(parts), "resilience": resilience_own(parts)},
            clock=parts.clock,
            database=parts.listener.database,
            known=snapshot.known_and(parts.listener.known, alerts_own(parts)),
        )
        parts.snapshots.publish(encoded(fields))
