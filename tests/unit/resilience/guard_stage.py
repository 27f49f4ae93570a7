"""A guard with everything around it faked."""

from __future__ import annotations

from random import Random

from ironclad.errors import DatabaseUnavailable, DeadlineExceeded
from ironclad.resilience.breaker import Breaker, BreakerPolicy
from ironclad.resilience.events import (
    Event,
    RetryRefused,
)
from ironclad.resilience.guard import Guard, Rules
from ironclad.resilience.patterns import Pattern, Patterns
from ironclad.resilience.retry import RetryBudget, RetryPolicy
from tests.clock import FakeClock


class Stage:
    """A guard with everything around it faked, and calls that go as they are told to."""

    def __init__(
        self,
        *,
        failures: int = 5,
        open_seconds: float = 30,
        calls: int = 1000,
        of_request: bool = True,
    ) -> None:
        self.clock = FakeClock()
        self.told: list[Event] = []
        self.slept: list[float] = []
        self.released = 0
        self.patterns = Patterns(self.clock)
        self.budget = RetryBudget(0.1, monotonic=self.clock.monotonic)
        for _ in range(calls):
            self.budget.call()
        self.guard = Guard(
            Breaker(
                "database",
                BreakerPolicy(failures=failures, open_seconds=open_seconds),
                monotonic=self.clock.monotonic,
                publish=self.told.append,
            ),
            retry=RetryPolicy(jitter=0),
            budget=self.budget,
            patterns=self.patterns,
            rules=Rules(
                failure=lambda e: isinstance(e, DatabaseUnavailable | DeadlineExceeded),
                worth_a_retry=lambda e: isinstance(e, DatabaseUnavailable),
                unavailable=DatabaseUnavailable,
            ),
            publish=self.told.append,
            limit=lambda: 10.0,
            random=Random(1),
            sleep=self.sleep,
            release=self.release,
            of_request=of_request,
        )

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(seconds)

    def release(self) -> None:
        self.released += 1

    def off(self, pattern: Pattern) -> None:
        version = self.patterns.version + 1
        self.patterns.confirm(
            version, frozenset({pattern}), remaining=300, asked=self.clock.monotonic()
        )

    def run(
        self, *outcomes: object, idempotent: bool = True, enter: bool = True
    ) -> object:
        """A call that meets these outcomes, attempt by attempt."""
        left = list(outcomes)

        def call() -> object:
            if enter:
                attempt = self.guard.current()
                assert attempt is not None
                attempt.enter()
            outcome = left.pop(0)
            if callable(outcome):
                outcome = outcome()
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        try:
            return self.guard.run(call, idempotent=idempotent)
        finally:
            self.left = left

    @property
    def refusals(self) -> list[str]:
        return [event.reason for event in self.told if isinstance(event, RetryRefused)]


AWAY = DatabaseUnavailable()
