"""The fault plan as one replica holds it: a lease that ends by itself.

The database's clock sets the end of a plan and a monotonic clock counts it down, so that
neither a jump of a wall clock nor a database that is gone can lengthen a fault.
"""

from __future__ import annotations

import asyncio
import random as random_module

from ironclad.clock import Clock
from ironclad.edge.events import FaultDecision
from sre_console.chaos.pacing import Accumulator, Draw, Pacer
from sre_console.chaos.plan import FaultSpec, Plan

LEASE = 5.0  # seconds after the last confirmation from the database


class Switchboard:
    """Decides for each request what is injected. Used on the event loop's thread alone."""

    def __init__(
        self, clock: Clock, random: random_module.Random | None = None
    ) -> None:
        self._clock = clock
        self._given_random = random
        self._random = random or random_module.Random(0)  # noqa: S311 - not a secret
        self._plan: Plan | None = None
        self._version = 0  # the newest the database has told us of
        self._closed = 0  # this version and all before it never start again here
        self._to_end: int | None = None
        self._expires = 0.0  # monotonic
        self._leased_until = 0.0  # monotonic
        self._errors: Pacer = Accumulator(0)
        self._delays: Pacer = Accumulator(0)
        self._held: set[asyncio.Future[None]] = set()

    @property
    def in_force(self) -> Plan | None:
        self.sweep()
        return self._plan

    @property
    def version(self) -> int:
        return self._version

    @property
    def to_end(self) -> int | None:
        """A version that ended here while the database may still think it in force."""
        return self._to_end

    @property
    def remaining(self) -> float:
        """Seconds until the plan in force expires; 0 where none is."""
        if self.in_force is None:
            return 0.0
        return self._expires - self._clock.monotonic()

    def confirm(self, plan: Plan, *, remaining: float, asked: float) -> bool:
        """Take over what the database said; True when the version is a new one.

        `remaining` is in seconds by the database's clock; `asked` is the monotonic moment just
        before the query, so that a slow answer can shorten a plan and never lengthen it.
        """
        self.sweep()
        if plan.version < self._version:
            return False  # an answer that was overtaken by a newer one
        changed = plan.version > self._version
        before = self._plan
        self._version = plan.version
        if self._to_end is not None and (changed or not plan.enabled):
            self._to_end = None  # the database knows of the end
        if not (plan.enabled and plan.spec.active and remaining > 0):
            self._closed = max(self._closed, plan.version)
        if plan.version <= self._closed:
            if before is not None:
                self._end()
            return changed
        if asked + LEASE <= self._clock.monotonic():
            if changed and before is not None:
                self._end()
            return changed  # too old an answer to start or prolong anything
        if before is None or changed:
            self._start(plan, before)
            self._expires = asked + remaining
            self._leased_until = asked + LEASE
        else:
            self._expires = min(self._expires, asked + remaining)
            self._leased_until = max(self._leased_until, asked + LEASE)
        self.sweep()
        return changed

    def stop(self) -> int | None:
        """End the faults in force at once, in memory; the version that was ended, if any."""
        self.sweep()
        self._closed = max(self._closed, self._version)
        if self._plan is None:
            return None
        version = self._plan.version
        self._to_end = version
        self._end()
        return version

    def sweep(self) -> None:
        """End what has expired, or could not be confirmed for 5 s."""
        if self._plan is None:
            return
        now = self._clock.monotonic()
        if now >= self._expires:
            self._end()
        elif now >= self._leased_until:
            self._to_end = self._plan.version
            self._end()

    def decide(self, method: str, path: str) -> FaultDecision | None:
        self.sweep()
        plan = self._plan
        if plan is None or not plan.spec.targets(method, path):
            return None
        spec = plan.spec
        delay = 0.0
        if spec.latency_ms and self._delays.step():
            delay = self._drawn_delay(spec)
        return FaultDecision(plan.version, delay=delay, error=self._errors.step())

    def stands(self, decision: FaultDecision) -> bool:
        """Whether a decided error may still be answered: errors are on and not yet over."""
        self.sweep()
        if self._plan is None or decision.version <= self._closed:
            return False
        return not decision.error or self._plan.spec.error_rate > 0

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
        self._random = self._given_random or random_module.Random(seed)  # noqa: S311
        self._errors = self._pacer(spec, spec.error_rate)
        self._delays = self._pacer(spec, spec.latency_rate)
        self._plan = plan
        if before is not None and spec.latency_ms < before.spec.latency_ms:
            self._wake_all()  # a shorter delay counts for those that wait already

    def _pacer(self, spec: FaultSpec, rate: float) -> Pacer:
        if spec.pacing == "random":
            return Draw(rate, self._random)
        return Accumulator(rate)

    def _drawn_delay(self, spec: FaultSpec) -> float:
        spread = spec.jitter_ms
        drawn = self._random.uniform(-spread, spread) if spread else 0.0
        return max(0.0, spec.latency_ms + drawn) / 1000

    def _end(self) -> None:
        assert self._plan is not None  # noqa: S101 - callers have looked
        self._closed = max(self._closed, self._plan.version)
        self._plan = None
        self._wake_all()

    def _wake_all(self) -> None:
        for woken in self._held:
            _wake(woken)


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
