"""The work that a replica does beside its requests, watched over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from ironclad.edge.protocol import Receive, Send

_FIRST_PAUSE = 0.1  # seconds before a job that ended is started again
_LONGEST_PAUSE = 5.0
_STEADY = 30.0  # a job that ran this long starts again with the first pause

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    run: Callable[[], Awaitable[None]]  # for as long as the server lives


class Background:
    """Starts the jobs once, on the running loop, and each again whenever it ends."""

    def __init__(
        self,
        jobs: Callable[[], Sequence[Job]] = tuple,
        farewell: Callable[[], None] | None = None,
    ) -> None:
        self._jobs = jobs
        # called once by whoever served, after the loop has ended
        self.farewell = farewell or (lambda: None)
        self._tasks: list[asyncio.Task[None]] = []
        self._started = False

    @property
    def running(self) -> bool:
        return self._started and not any(task.done() for task in self._tasks)

    def start(self) -> None:
        """To be called on the loop; from the second time on it does nothing."""
        if self._started:
            return
        self._started = True
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(_supervise(job), name=job.name) for job in self._jobs()
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def lifespan(self, receive: Receive, send: Send) -> None:
        """For servers that have it; others start us with their first request."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def _supervise(job: Job) -> None:
    loop = asyncio.get_running_loop()
    pause = _FIRST_PAUSE
    while True:
        began = loop.time()
        try:
            await job.run()
            logger.warning("background_job_ended", job=job.name)
        except Exception:
            logger.exception("background_job_failed", job=job.name)
        if loop.time() - began > _STEADY:
            pause = _FIRST_PAUSE
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
