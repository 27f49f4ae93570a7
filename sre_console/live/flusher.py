"""Job: close this replica's second on time and have it in the database 100 ms later."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

import structlog
from django.db import connection

from ironclad.clock import DatabaseClock
from ironclad.resilience.deadline import within
from sre_console.accounts.tokens_seen import sightings
from sre_console.chaos.spending import Spending
from sre_console.governance.deployments import deployment_seen
from sre_console.live.flush import Heartbeat, store
from sre_console.live.recorder import Recorder
from sre_console.live.worker import DATABASE_AWAY, Worker, forget_connection
from sre_console.resilience.transitions import Transitions

logger = structlog.get_logger(__name__)

LEARN_EVERY = 10.0  # seconds between looks at the database's clock
_HONEST = 0.25  # a round trip that took longer says too little about the offset
_WITHIN = 3.0  # seconds a flush may take
_FAREWELL = 1.5  # seconds the last one may take


class Flusher:
    def __init__(
        self,
        recorder: Recorder,
        spending: Spending,
        clock: DatabaseClock,
        heartbeat: Callable[[float], Heartbeat],
        transitions: Transitions,
    ) -> None:
        self._recorder = recorder
        self._spending = spending
        self._clock = clock
        self._heartbeat = heartbeat  # of a replica that started at that epoch
        self._transitions = transitions
        self._started = clock.epoch()
        self.worker = Worker("ironclad-flush")
        self._closed = asyncio.Event()
        self._learnt = -math.inf  # monotonic
        self._away = False
        self._told = False  # that this version serves

    async def close_seconds(self) -> None:
        """Close each second as it ends, whatever the database does."""
        while True:
            now = self._recorder.epoch()
            await asyncio.sleep(math.floor(now) + 1 - now)
            # a timer may be early by a hair; then the second is closed at the next turn
            if self._recorder.close(math.floor(self._recorder.epoch()) - 1):
                self._closed.set()

    def hurry(self) -> None:
        """Store at once; on the event loop."""
        self._closed.set()

    async def flush_seconds(self) -> None:
        """Store what is closed; what could not be stored stays for the next second."""
        try:
            while True:
                await self._closed.wait()
                self._closed.clear()
                await self._try()
        finally:
            self.worker.close()

    async def _try(self) -> None:
        try:
            await self.flush()
        except DATABASE_AWAY as error:
            if not self._away:
                logger.warning("flush_waits_for_database", error=str(error))
            self._away = True
        else:
            if self._away:
                logger.info("flush_caught_up")
            self._away = False

    async def flush(self) -> None:
        samples = self._recorder.unflushed()
        tallies = self._recorder.tallies_changed()
        heartbeat = self._heartbeat(self._started)
        transitions = self._transitions.unstored()
        spent = self._spending.unstored()

        def work() -> None:
            self._learn()
            store(samples, tallies, heartbeat, transitions, spent)
            sightings.store()
            self._tell()

        await self.worker.run(work, within_seconds=_WITHIN)
        if samples:
            self._recorder.flushed(samples[-1].second)
        self._recorder.tallies_stored(tallies)
        self._transitions.stored(transitions)
        self._spending.stored(spent)

    def farewell(self) -> None:
        """Store what came since the last flush, in this thread: the process is ending."""
        self._recorder.close(math.floor(self._recorder.epoch()))
        try:
            with within(_FAREWELL):
                store(
                    self._recorder.unflushed(),
                    self._recorder.tallies_changed(),
                    self._heartbeat(self._started),
                    self._transitions.unstored(),
                    self._spending.unstored(),
                )
                sightings.store(now=True)
        except DATABASE_AWAY as error:
            logger.warning("last_samples_lost", error=str(error))
        finally:
            forget_connection()

    def _tell(self) -> None:
        """Once: whatever is wrong with that, samples are stored."""
        if self._told:
            return
        self._told = True
        try:
            deployment_seen()
        except DATABASE_AWAY:
            self._told = False
            raise
        except Exception:
            logger.exception("deployment_not_told")

    def _learn(self) -> None:
        if self._clock.monotonic() - self._learnt >= LEARN_EVERY and clock_learn(
            self._clock
        ):
            self._learnt = self._clock.monotonic()


def clock_learn(clock: DatabaseClock) -> bool:
    """Ask the database for its time; False when the answer took too long to be of use."""
    connection.ensure_connection()  # not part of the round trip
    asked = clock.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        (epoch,) = cursor.fetchone()
    answered = clock.monotonic()
    if clock.learnt and answered - asked > _HONEST:
        return False
    clock.learn(epoch, asked, answered)
    return True
