"""Job: keep asking Prometheus, so that nobody who looks has to wait for it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from ironclad.errors import DatabaseUnavailable
from sre_console.live.worker import Worker
from sre_console.slo.prometheus import DEADLINE, Slis


class SlisJob:
    """Asks again and again, in a thread of its own that needs no database."""

    def __init__(self, slis: Slis) -> None:
        self._slis = slis
        self.worker = Worker("ironclad-slis")

    async def run(self) -> None:
        try:
            while True:
                # Busy or out of time: the question before still has no answer.
                with suppress(DatabaseUnavailable, TimeoutError):
                    await self.worker.run(
                        self._slis.refresh, within_seconds=DEADLINE + 1
                    )
                await asyncio.sleep(self._slis.every)
        finally:
            self.worker.close()
