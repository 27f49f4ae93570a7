"""Game days on the real engine: real switchboards, recorders, evaluator and runner, made-up time.

Requests come evenly; each is decided by its replica's switchboard and counted by its recorder,
each second is stored, folded, judged and turned as in a server. Only the clocks are set by hand.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from uuid import UUID, uuid4

from ironclad.database import guard as database_guard
from ironclad.edge.events import RequestFinished
from ironclad.errors import IroncladError
from ironclad.outbound.answer import Answer
from ironclad.resilience.breaker import Breaker, BreakerPolicy
from ironclad.resilience.effects import Effects, effects
from ironclad.resilience.guard import Guard
from ironclad.resilience.patterns import Patterns, pattern_of
from ironclad.resilience.report import breaker_json
from ironclad.resilience.retry import RetryBudget, RetryPolicy
from sre_console.audit.actor import Actor
from sre_console.chaos.pacing import Accumulator
from sre_console.chaos.selectors import plan_read
from sre_console.chaos.spending import Spending
from sre_console.chaos.switchboard import Switchboard
from sre_console.gamedays.running.asking import Asker
from sre_console.gamedays.running.runner import Runner
from sre_console.gamedays.running.services import run_open
from sre_console.gamedays.scenarios.probes import HttpCall
from sre_console.gamedays.scenarios.scenario import Scenario
from sre_console.live.evaluator import Evaluator
from sre_console.live.flush import Heartbeat, store
from sre_console.live.recorder import Recorder
from sre_console.models import AlertPeriod, GameDay
from sre_console.slo.objectives import objectives
from tests.clock import FakeClock
from tests.integration.gamedays.database_time import time_by_hand, time_set
from tests.integration.slo.conftest import EPOCH
from tests.integration.slo.month import healthy_month
from tests.integration.unhurried import take_time

PATH = "/api/users"
TYPICAL = 0.01  # seconds that a request takes
OPERATOR = Actor(name="olga", role="operator")
OTHER = Actor(name="otto", role="operator")


class AskedAtOnce(Asker):
    """Answers in the caller's thread."""

    def ask(self, key: str, call: HttpCall) -> None:
        self._run(key, call)


class Replica:
    """One server process: what it injects, counts and tells."""

    def __init__(self, clock: FakeClock) -> None:
        self.id: UUID = uuid4()
        self.clock = clock
        self.started = clock.epoch()
        self.spending = Spending(str(self.id), _bad, lambda: None)
        self.board = Switchboard(clock, spending=self.spending)
        self.patterns = Patterns(clock)
        self.recorder = Recorder(clock, objectives(), self.id)
        self.breaker = Breaker(
            "database",
            BreakerPolicy(failures=5),
            monotonic=clock.monotonic,
            publish=lambda _event: None,
        )
        self.guard = Guard(
            self.breaker,
            retry=RetryPolicy(attempts=3, base=0),
            budget=RetryBudget(0.1, monotonic=clock.monotonic),
            patterns=self.patterns,
            rules=database_guard.RULES,
            publish=lambda _event: None,
            limit=lambda: 10.0,
            random=Random(1),
            sleep=lambda _seconds: None,
            release=lambda: None,
        )
        self.guard.faults = self.board.dependency
        self._failures = Accumulator(0)  # of its requests, by themselves
        self.coming: list[tuple[float, int, RequestFinished]] = []
        self._order = count()

    def confirm(self) -> None:
        """As the listener does: what the database says, by its clock."""
        plan, remaining = plan_read()
        asyncio.run(self._confirm(plan, remaining))

    async def _confirm(self, plan: object, remaining: float) -> None:
        self.board.confirm(plan, remaining=remaining, asked=self.clock.monotonic())  # type: ignore[arg-type]

    def request(self) -> None:
        """One request arrives now; it is counted when it ends."""
        now = self.clock.time
        decision = self.board.decide("GET", PATH)
        noted = Effects("GET", PATH)
        effects.set(noted)
        status, exercise, took = 200, False, TYPICAL
        if decision is not None:
            took += decision.delay
            exercise = decision.injected
            if decision.error:
                status = 500
        if status == 200 and self._fails():
            status = 500
        if status == 200:
            status, behind = self._behind(noted)
            exercise = exercise or behind
        finished = RequestFinished(
            request_id="r",
            method="GET",
            route=PATH,
            status=status,
            duration=took,
            finished=now + took,
            service=True,
            fault=decision,
            effects=noted,
            exercise=exercise,
        )
        heapq.heappush(self.coming, (now + took, next(self._order), finished))

    def fail(self, rate: float) -> None:
        self._failures = Accumulator(rate)

    def _fails(self) -> bool:
        return self._failures.step()

    def _behind(self, noted: Effects) -> tuple[int, bool]:
        """The database behind its patterns."""
        try:
            self.guard.run(self._query, idempotent=True)
        except IroncladError as error:
            noted.refused = pattern_of(error)
            return error.status, self.board.fails_dependency("GET", PATH)
        return 200, noted.injected

    def _query(self) -> None:
        """The fault of the database comes where a connection to it would be taken."""
        attempt = self.guard.current()
        assert attempt is not None
        attempt.enter()

    def observe_until(self, moment: float) -> None:
        while self.coming and self.coming[0][0] <= moment:
            at, _, finished = heapq.heappop(self.coming)
            here, self.clock.time = self.clock.time, max(self.clock.time, at)
            for observe in self.observers:
                observe(finished)
            self.clock.time = here

    @property
    def observers(self) -> list[Callable[[RequestFinished], None]]:
        return [self.recorder, self.board.finished]

    def flush(self, second: int) -> None:
        self.recorder.close(second)
        tallies = self.recorder.tallies_changed()
        samples = self.recorder.unflushed()
        resilience: dict[str, object] = {
            "breakers": [breaker_json(self.breaker.standing(), self.id, self.clock)]
        }
        beat = Heartbeat(self.id, self.started, self.board.version, resilience)
        spent = self.spending.unstored()
        store(samples, tallies, beat, spent=spent)
        self.spending.stored(spent)
        self.recorder.tallies_stored(tallies)
        self.recorder.flushed(second)


@dataclass
class Theatre:
    """A fleet, its leader, and the seconds that go by."""

    scale: float = 60
    rate: int = 50  # requests a second, over all replicas in turn
    fleet: int = 1
    send: Callable[[HttpCall], Answer] = lambda _call: Answer(200, {}, b"")
    clock: FakeClock = field(default_factory=lambda: FakeClock(EPOCH + 0.25))

    def __post_init__(self) -> None:
        time_by_hand(self.clock.time)
        healthy_month(EPOCH, rate=self.rate, scale=self.scale)
        self.replicas = [Replica(self.clock) for _ in range(self.fleet)]
        self.down = False  # no server and no evaluator
        self.leaderless = False  # nobody evaluates
        self.deaf = False  # the replicas' samples do not arrive
        self._turns = count()
        self.lead()

    def lead(self) -> None:
        """Another process evaluates from now on."""
        self.asker = AskedAtOnce(send=self.send)
        self.evaluator = Evaluator(
            uuid4(),
            self.clock,
            scale=self.scale,
            runner=Runner(self.clock, self.asker),
        )

    def start(self, scenario: Scenario, *, seed: int = 1, **how: object) -> GameDay:
        return run_open(scenario, actor=OPERATOR, seed=seed, by=self.clock, **how)  # type: ignore[arg-type]

    def seconds(self, number: float) -> None:
        for _ in range(round(number)):
            self._second()

    def until_over(self, game_day: GameDay, most: int = 1200) -> GameDay:
        """Let time pass until the run is settled."""
        for _ in range(most):
            self._second()
            if GameDay.objects.filter(pk=game_day.pk, settled=True).exists():
                game_day.refresh_from_db()
                return game_day
        game_day.refresh_from_db()
        message = f"not over after {most} s: {game_day.state} {game_day.cursor}"
        raise AssertionError(message)

    def kill(self) -> None:
        """SIGKILL of the server and all in it."""
        self.down = True

    def restart(self) -> None:
        self.down = False
        self.replicas = [Replica(self.clock) for _ in self.replicas]
        self.lead()

    def fired(self, name: str, slo: str = "") -> list[float]:
        rows = AlertPeriod.objects.filter(name=name, slo=slo).order_by("fired_at")
        return [row.fired_at.timestamp() for row in rows]

    def _second(self) -> None:
        """From one beat to the next: all requests of that time, and the end of a second."""
        beat = self.clock.time
        end = int(beat) + 1
        for number in range(self.rate):
            at = beat + (number + 0.5) / self.rate
            if self.clock.time < end <= at:
                self._end(end)
            self.clock.time = at  # nobody asks the database in between
            if not self.down:
                self._replica().request()
        if self.clock.time < end:
            self._end(end)
        self._set(beat + 1)
        if self.down:
            return
        if not self.leaderless:
            self.evaluator.beat()
            take_time()
        for each in self.replicas:
            each.confirm()

    def _end(self, end: int) -> None:
        self._set(float(end))
        if not self.down:
            for each in self.replicas:
                each.observe_until(float(end))
                if not self.deaf:
                    each.flush(end - 1)

    def _replica(self) -> Replica:
        return self.replicas[next(self._turns) % len(self.replicas)]

    def _set(self, at: float) -> None:
        self.clock.time = at
        time_set(at)


def _bad(status: int, duration: float, /) -> list[str]:
    return [slo.name for slo in objectives() if slo.bad(status, duration)]
