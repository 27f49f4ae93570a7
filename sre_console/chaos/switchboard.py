"""The fault plan as one replica holds it, and what it has in store for each request."""

from __future__ import annotations

import asyncio
import random as random_module
from dataclasses import replace

from ironclad.clock import Clock
from ironclad.edge.events import FaultDecision, RequestFinished
from ironclad.resilience.lease import Lease
from sre_console.chaos.dependency import DependencyBoard
from sre_console.chaos.pacing import Accumulator, Draw, Pacer
from sre_console.chaos.plan import FaultSpec, Plan
from sre_console.chaos.spending import Spending


class Switchboard:
    """Decides for each request what is injected. Used on the event loop's thread alone.

    How long a plan stays in force is the lease's business (ironclad.resilience.lease).
    """

    def __init__(
        self,
        clock: Clock,
        random: random_module.Random | None = None,
        spending: Spending | None = None,
    ) -> None:
        self._clock = clock
        self._given_random = random
        self._random = random or random_module.Random(0)  # noqa: S311 - not a secret
        self._lease: Lease[Plan] = Lease(clock, started=self._start, ended=self._end)
        self._errors: Pacer = Accumulator(0)
        self._delays: Pacer = Accumulator(0)
        self._held: set[asyncio.Future[None]] = set()
        self.dependency = DependencyBoard(clock)
        self.spending = spending or Spending()

    @property
    def in_force(self) -> Plan | None:
        return self._lease.value

    @property
    def version(self) -> int:
        return self._lease.version

    @property
    def to_end(self) -> int | None:
        """A version that ended here while the database may still think it in force."""
        return self._lease.to_end

    @property
    def remaining(self) -> float:
        """Seconds until the plan in force expires; 0 where none is."""
        return self._lease.remaining

    def confirm(self, plan: Plan, *, remaining: float, asked: float) -> bool:
        """Take over what the database said; see `Lease.confirm`."""
        active = plan.enabled and plan.spec.active
        changed = self._lease.confirm(
            plan.version,
            plan if active else None,
            remaining=remaining,
            asked=asked,
            renewal=plan.renewals,
        )
        if self._lease.value is not None:
            self.dependency.prolong(self._lease.until)
        return changed

    def stop(self) -> int | None:
        """End the faults in force at once, in memory; the version that was ended, if any."""
        return self._lease.stop()

    def wake(self) -> None:
        """Let the delays in progress end; those who wait get their answers now."""
        for woken in self._held:
            _wake(woken)

    def sweep(self) -> None:
        """End what has expired, or could not be confirmed for 5 s."""
        self._lease.sweep()

    def decide(self, method: str, path: str) -> FaultDecision | None:
        """None also where this replica's share of what may go wrong is used up."""
        plan = self._lease.value
        if (
            plan is None
            or not self.spending.room()
            or not plan.spec.targets(method, path)
        ):
            return None
        spec = plan.spec
        delay = 0.0
        if spec.latency_ms and self._delays.step():
            delay = self._drawn_delay(spec)
        decision = FaultDecision(
            plan.version,
            delay=delay,
            error=self._errors.step(),
            concealed=plan.concealed,
        )
        counted = self.spending.decided(decision)
        if not self.spending.room():  # by this very one, which is still injected
            self.dependency.end()
        return replace(decision, counted=counted) if counted else decision

    def finished(self, finished: RequestFinished, /) -> None:
        """An observer of the requests: some turn out badly only in the end."""
        before = self.spending.room()
        self.spending.finished(finished)
        if before and not self.spending.room():
            self.dependency.end()

    def stands(self, decision: FaultDecision) -> bool:
        """Whether a decided error may still be answered: errors are on and not yet over."""
        plan = self._lease.value
        if plan is None or decision.version <= self._lease.closed:
            return False
        return not decision.error or plan.spec.error_rate > 0

    def fails_dependency(self, method: str, path: str) -> bool:
        return self.dependency.in_force(method, path)

    async def hold(self, decision: FaultDecision) -> float:
        if decision.delay <= 0 or not self.stands(decision):
            return 0.0
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        began = self._clock.monotonic()
        timer = loop.call_later(decision.delay, _wake, woken)
        self._held.add(woken)
        try:
            await woken
        finally:  # also when the client has gone and the request is cancelled
            timer.cancel()
            self._held.discard(woken)
        return self._clock.monotonic() - began

    def _start(self, plan: Plan, before: Plan | None) -> None:
        spec = plan.spec
        seed = spec.seed if spec.seed is not None else plan.version
        self._random = self._given_random or random_module.Random(seed)  # noqa: S311 - a rehearsed failure
        self._errors = self._pacer(spec, spec.error_rate)
        self._delays = self._pacer(spec, spec.latency_rate)
        self.spending.begin(plan)
        if self.spending.room():
            self.dependency.start(plan, self._lease.until)
        else:
            self.dependency.end()
        if before is not None and spec.latency_ms < before.spec.latency_ms:
            self.wake()  # a shorter delay counts for those that wait already

    def _pacer(self, spec: FaultSpec, rate: float) -> Pacer:
        if spec.pacing == "random":
            return Draw(rate, self._random)
        return Accumulator(rate)

    def _drawn_delay(self, spec: FaultSpec) -> float:
        spread = spec.jitter_ms
        drawn = self._random.uniform(-spread, spread) if spread else 0.0
        return max(0.0, spec.latency_ms + drawn) / 1000

    def _end(self) -> None:
        self.dependency.end()
        self.wake()


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
