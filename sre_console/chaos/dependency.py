"""The faults of the dependency that are in force, for the threads that serve requests.

The switchboard, on the event loop, says what is in force and until when; the threads ask for each
attempt. Pacing counts attempts of one number for themselves, so that a retry meets a fault
independently of whether the try before it did.
"""

from __future__ import annotations

import random as random_module
import threading

from ironclad.clock import Clock
from ironclad.resilience.faults import DependencyFault
from sre_console.chaos.pacing import Accumulator, Draw, Pacer
from sre_console.chaos.plan import FaultSpec, Plan


class DependencyBoard:
    """Safe to use from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._plan: Plan | None = None
        self._until = 0.0  # monotonic
        self._pacers: dict[int, Pacer] = {}  # by attempt

    def start(self, plan: Plan, until: float) -> None:
        """A new version is in force, until then at most (monotonic) if nobody confirms it."""
        with self._changed:
            self._plan, self._until = plan, until
            self._pacers = {}
            self._changed.notify_all()

    def prolong(self, until: float) -> None:
        with self._changed:
            self._until = until

    def end(self) -> None:
        with self._changed:
            self._plan = None
            self._changed.notify_all()

    def in_force(self, method: str, path: str) -> bool:
        """Whether such requests have their dependency failed now."""
        with self._changed:
            return self._spec(method, path) is not None

    def decide(self, method: str, path: str, attempt: int) -> DependencyFault | None:
        with self._changed:
            spec = self._spec(method, path)
            if spec is None or self._plan is None:
                return None
            return DependencyFault(
                self._plan.version,
                delay=spec.dependency_latency_ms / 1000,
                error=self._pacer(self._plan, attempt).step(),
                concealed=self._plan.concealed,
            )

    def hold(self, fault: DependencyFault, most: float) -> float:
        """Block for the delay, `most` seconds at the longest, or until its version has ended."""
        began = self._clock.monotonic()
        ends = began + min(fault.delay, most)
        with self._changed:
            while True:
                now = self._clock.monotonic()
                left = min(ends, self._until) - now
                if left <= 0 or not self._stands(fault):
                    return now - began
                self._changed.wait(left)

    def stands(self, fault: DependencyFault) -> bool:
        with self._changed:
            return self._stands(fault)

    # -- under the lock ---------------------------------------------------------------------

    def _stands(self, fault: DependencyFault) -> bool:
        plan = self._plan
        return (
            plan is not None
            and plan.version == fault.version
            and self._clock.monotonic() < self._until
        )

    def _spec(self, method: str, path: str) -> FaultSpec | None:
        if self._plan is None or self._clock.monotonic() >= self._until:
            return None
        spec = self._plan.spec
        fails = spec.dependency_error_rate > 0 or spec.dependency_latency_ms > 0
        return spec if fails and spec.targets(method, path) else None

    def _pacer(self, plan: Plan, attempt: int) -> Pacer:
        pacer = self._pacers.get(attempt)
        if pacer is None:
            rate = plan.spec.dependency_error_rate
            if plan.spec.pacing == "random":
                seed = (plan.spec.seed or plan.version) * 10 + attempt
                pacer = Draw(rate, random_module.Random(seed))  # noqa: S311 - a rehearsed failure
            else:
                pacer = Accumulator(rate)
            self._pacers[attempt] = pacer
        return pacer
