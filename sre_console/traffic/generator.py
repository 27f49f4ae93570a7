"""The open loop: requests leave on the timetable, whatever becomes of those before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Protocol

import structlog

from ironclad.clock import Clock
from sre_console.traffic.connection import ConnectionLost
from sre_console.traffic.counts import Counts, Outcome, outcome_of
from sre_console.traffic.mix import Kind
from sre_console.traffic.requests import Request, RequestMaker
from sre_console.traffic.schedule import Schedule

logger = structlog.get_logger(__name__)

TIME_LIMIT = 15.0  # seconds until an answer counts as late
MOST_IN_FLIGHT = 1000
_LONGEST_WAIT = 1.0  # seconds; a new rate wakes the loop sooner


class Asks(Protocol):
    async def ask(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        """Send one request; the status and body of its answer."""


class Generator:
    """Sends at `rate` until stopped. Lives on one event loop."""

    def __init__(  # noqa: PLR0913 - what it works with, and two limits for the tests
        self,
        *,
        client: Asks,
        maker: RequestMaker,
        kinds: Iterator[Kind],
        clock: Clock,
        time_limit: float = TIME_LIMIT,
        most_in_flight: int = MOST_IN_FLIGHT,
    ) -> None:
        self.counts = Counts()
        self._client = client
        self._maker = maker
        self._kinds = kinds
        self._clock = clock
        self._time_limit = time_limit
        self._most_in_flight = most_in_flight
        self._schedule = Schedule(clock.monotonic())
        self._wake = asyncio.Event()
        self._stopping = False
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def rate(self) -> float:
        return self._schedule.rate

    def set_rate(self, rate: float) -> None:
        self._schedule.set_rate(rate, self._clock.monotonic())
        self._wake.set()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        while not self._stopping:
            self.send_due()
            wait = self._schedule.wait(self._clock.monotonic(), _LONGEST_WAIT)
            try:
                await asyncio.wait_for(self._wake.wait(), wait)
                self._wake.clear()
            except TimeoutError:
                pass

    async def drain(self, seconds: float) -> None:
        """Wait for the answers still on their way, then give the rest up as late."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def send_due(self) -> None:
        due = self._schedule.take(self._clock.monotonic())
        self.counts.dropped += due.missed
        for _ in range(due.send):
            kind = next(self._kinds)
            if len(self._tasks) >= self._most_in_flight:
                self.counts.dropped += 1
                continue
            request = self._maker.make(kind, self._clock.monotonic())
            self.counts.sent += 1
            task = asyncio.create_task(self._send(request))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send(self, request: Request) -> None:
        status, body = 0, b""
        try:
            async with asyncio.timeout(self._time_limit):
                status, body = await self._client.ask(
                    request.method, request.path, request.body
                )
            outcome = outcome_of(status)
        except (TimeoutError, asyncio.CancelledError):
            outcome = Outcome.LATE
        except (OSError, ConnectionLost):
            outcome = Outcome.FAILED
        except Exception:
            # Whatever it was, the loop must go on and the books must balance.
            logger.exception("A request of the built-in traffic went wrong")
            outcome = Outcome.FAILED
        self.counts.finish(outcome)
        try:
            request.learn(status, body)
        except Exception:
            logger.exception("An answer to the built-in traffic was not understood")
