"""What a replica is made of: one set of live parts a process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings

from ironclad.clock import clock
from ironclad.resilience import process
from ironclad.resilience.events import BreakerChanged, Event, events
from ironclad.resilience.patterns import Patterns
from sre_console.audit.actor import Actor
from sre_console.capacity.sampling import Sampler
from sre_console.chaos.spending import Spending
from sre_console.chaos.switchboard import Switchboard
from sre_console.gamedays.running.runner import Runner
from sre_console.live import background
from sre_console.live.evaluator import Evaluator, EvaluatorJob
from sre_console.live.flush import Heartbeat
from sre_console.live.flusher import Flusher
from sre_console.live.gauges import gauges_watch
from sre_console.live.listener import Listener
from sre_console.live.messenger import Messenger
from sre_console.live.publisher import Snapshots
from sre_console.live.publishing import Publisher
from sre_console.live.recorder import Recorder
from sre_console.live.slis import SlisJob
from sre_console.live.topics import Topics
from sre_console.live.worker import Worker
from sre_console.resilience.state import State, state_json
from sre_console.resilience.transitions import Transitions
from sre_console.slo.objectives import objectives
from sre_console.slo.prometheus import slis

if TYPE_CHECKING:
    from ironclad.edge.background import Job

_LAST_BEAT = 0.5  # seconds for the one that may be running at the end
SWEEP_EVERY = 0.05  # seconds; an expiry or a lapsed lease is seen this soon


@dataclass(frozen=True, slots=True)
class Stopped:
    """Who has pressed STOP ALL, when (database time), and why."""

    actor: Actor
    at: datetime
    reason: str = ""


class Runtime:
    def __init__(self, patterns: Patterns | None = None) -> None:
        self.replica = (
            uuid4()
        )  # new at every start: a restart within a second loses nothing
        self.clock = clock
        self.spending = Spending(str(self.replica), _bad, self._spent_out)
        self.switchboard = Switchboard(clock, spending=self.spending)
        self.patterns = patterns or Patterns(clock)
        self.transitions = Transitions(clock)
        self.recorder = Recorder(clock, objectives(), self.replica)
        self.sampler = Sampler(clock, processes=settings.WEB_PROCESSES)
        self.snapshots = Snapshots()
        self.people = Topics()  # of whom the database tells that something has changed
        self.stop_worker = Worker("ironclad-stop", "console")
        self.loop: asyncio.AbstractEventLoop | None = None  # set when the jobs start
        self.owed: Stopped | None = None  # a stop that the database does not know of
        self.stops_in_progress = 0
        self._flusher = Flusher(
            self.recorder, self.spending, clock, self.heartbeat, self.transitions
        )
        self.listener = Listener(self)
        self._publisher = Publisher(self)
        self._evaluating: EvaluatorJob | None = None
        self._slis = SlisJob(slis)

    @property
    def workers(self) -> list[Worker]:
        """The threads that work in the background, beside the listener's."""
        evaluating = [self._evaluating.worker] if self._evaluating else []
        return [self._flusher.worker, *evaluating]

    def end_here(self) -> int | None:
        """End faults and switch patterns on in memory; the plan version that was ended."""
        self.patterns.restore()
        return self.switchboard.stop()

    def state(self) -> State:
        """How this replica's patterns stand now, and what it uses."""
        patterns = state_json(self.replica, self.clock, self.patterns)
        return {**patterns, "capacity": self.sampler.usage(self.recorder.rate())}

    def heartbeat(self, started: float) -> Heartbeat:
        return Heartbeat(self.replica, started, self.switchboard.version, self.state())

    def resilience_changed(self, event: Event, /) -> None:
        """An observer of the patterns, in whichever thread something happens to them."""
        if isinstance(event, BreakerChanged) and self.loop is not None:
            with suppress(RuntimeError):  # the loop is closed: the process ends
                self.loop.call_soon_threadsafe(self._show_resilience)

    def _spent_out(self) -> None:
        self._flusher.hurry()  # whoever runs the game day ends it

    def _show_resilience(self) -> None:
        self._flusher.hurry()  # the others hear of it from the database
        self.snapshots.plan_changed()  # these consoles need not wait for that

    @contextmanager
    def stopping(self, actor: Actor, reason: str) -> Iterator[Callable[[], None]]:
        """While a stop is being written nobody else writes it; gives what to call then."""
        self.owed = stopped = Stopped(actor, self.clock.now(), reason)

        def stored() -> None:
            if self.owed is stopped:
                self.owed = None

        self.stops_in_progress += 1
        try:
            yield stored
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
            evaluator = Evaluator(
                self.replica,
                clock,
                seed_rate=seed_rate(),
                messenger=Messenger(),
                runner=Runner(clock),
            )
            self._evaluating = EvaluatorJob(
                evaluator, clock, outage=self.listener.outage
            )
            runs["evaluator"] = self._evaluating.run
        if settings.PROMETHEUS_URL:
            runs["slis"] = self._slis.run
        return [Job(name=name, run=run) for name, run in runs.items()]

    def farewell(self) -> None:
        """What is still to be stored when the server has stopped serving."""
        if self.loop is not None:  # else nothing was ever counted
            self._flusher.farewell()
        if self._evaluating is not None:
            self._evaluating.farewell(_LAST_BEAT)

    def join(self, seconds: float = 4.0) -> None:
        """Wait for the threads to end, after the jobs were cancelled; bounded each."""
        self.listener.join()
        self._flusher.worker.join(seconds)
        if self._evaluating is not None:
            self._evaluating.worker.join(seconds)
        self._slis.worker.join(seconds)
        self.stop_worker.close()
        self.stop_worker.join(seconds)

    async def _sweep(self) -> None:
        self.loop = asyncio.get_running_loop()
        while True:
            before, off = self.switchboard.in_force, self.patterns.off
            due = self.clock.monotonic() + SWEEP_EVERY
            await asyncio.sleep(SWEEP_EVERY)
            self.sampler.turn(late=self.clock.monotonic() - due)
            self.switchboard.sweep()
            self.patterns.sweep()
            ended = before is not None and self.switchboard.in_force is None
            if ended or self.patterns.off != off:
                self.snapshots.plan_changed()


def _bad(status: int, duration: float, /) -> list[str]:
    return [slo.name for slo in objectives() if slo.bad(status, duration)]


def seed_rate() -> float | None:
    """Events a second that gaps are filled with at the start; None: they stay gaps."""
    if not settings.SEED_HISTORY:
        return None
    return settings.TRAFFIC_RPS or settings.SEED_RPS


@cache
def runtime() -> Runtime:
    made = Runtime(process.patterns)
    process.bulkheads[background.NAME] = background.BackgroundThreads(made)
    events.subscribe(made.transitions)
    events.subscribe(made.resilience_changed)
    gauges_watch(made)
    return made
