"""What a replica is made of: one set of live parts a process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings

from ironclad.clock import clock
from sre_console.audit.actor import Actor
from sre_console.chaos.switchboard import Switchboard
from sre_console.live.evaluator import Evaluator, EvaluatorJob
from sre_console.live.flusher import Flusher
from sre_console.live.listener import Listener
from sre_console.live.publisher import Snapshots
from sre_console.live.publishing import Publisher
from sre_console.live.recorder import Recorder
from sre_console.live.worker import Worker
from sre_console.slo.objectives import objectives

if TYPE_CHECKING:
    from ironclad.edge.background import Job

SWEEP_EVERY = 0.05  # seconds; an expiry or a lapsed lease is seen this soon


class Runtime:
    def __init__(self) -> None:
        self.replica = (
            uuid4()
        )  # new at every start: a restart within a second loses nothing
        self.clock = clock
        self.switchboard = Switchboard(clock)
        self.recorder = Recorder(clock, objectives(), self.replica)
        self.snapshots = Snapshots()
        self.stop_worker = Worker("ironclad-stop", "console")
        self.loop: asyncio.AbstractEventLoop | None = None  # set when the jobs start
        # Who has stopped what, until the database knows: version → actor.
        self.stopped_by: dict[int, Actor] = {}
        self.stops_in_progress = 0
        self._flusher = Flusher(self.recorder, clock, lambda: self.switchboard.version)
        self.listener = Listener(self)
        self._publisher = Publisher(self)
        self._evaluating: EvaluatorJob | None = None

    @contextmanager
    def stopping(self, actor: Actor) -> Iterator[None]:
        """While a stop is being written nobody else writes its end."""
        plan = self.switchboard.in_force
        if plan is not None:
            self.stopped_by = {plan.version: actor}
        self.stops_in_progress += 1
        try:
            yield
        finally:
            self.stops_in_progress -= 1

    def jobs(self) -> Sequence[Job]:
        """The background work of a replica; each is restarted by itself when it fails."""
        from ironclad.edge.background import Job  # noqa: PLC0415

        runs: dict[str, Callable[[], Awaitable[None]]] = {
            "switchboard": self._sweep,
            "recorder": self._flusher.close_seconds,
            "flusher": self._flusher.flush_seconds,
            "listener": self.listener.run,
            "publisher": self._publisher.run,
        }
        if settings.EVALUATOR:
            evaluator = Evaluator(self.replica, clock, seed_rate=seed_rate())
            self._evaluating = EvaluatorJob(evaluator, clock)
            runs["evaluator"] = self._evaluating.run
        return [Job(name=name, run=run) for name, run in runs.items()]

    def farewell(self) -> None:
        """What is still to be stored when the server has stopped serving."""
        if self.loop is not None:  # else nothing was ever counted
            self._flusher.farewell()

    def join(self, seconds: float = 4.0) -> None:
        """Wait for the threads to end, after the jobs were cancelled; bounded each."""
        self.listener.join()
        self._flusher.worker.join(seconds)
        if self._evaluating is not None:
            self._evaluating.worker.join(seconds)
        self.stop_worker.close()
        self.stop_worker.join(seconds)

    async def _sweep(self) -> None:
        self.loop = asyncio.get_running_loop()
        while True:
            before = self.switchboard.in_force
            await asyncio.sleep(SWEEP_EVERY)
            self.switchboard.sweep()
            if before is not None and self.switchboard.in_force is None:
                self.snapshots.plan_changed()


def seed_rate() -> float | None:
    """Events a second that gaps are filled with at the start; None: they stay gaps."""
    if not settings.SEED_HISTORY:
        return None
    return settings.TRAFFIC_RPS or settings.SEED_RPS


@cache
def runtime() -> Runtime:
    return Runtime()
