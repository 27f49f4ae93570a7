"""The real guard on the real database, asked by evenly paced requests on a fake clock."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from django.db import connection, connections

from ironclad.database import guard
from ironclad.errors import IroncladError
from ironclad.resilience.breaker import Breaker, BreakerPolicy
from ironclad.resilience.effects import Effects, effects
from ironclad.resilience.events import BreakerChanged, Event
from ironclad.resilience.guard import Guard
from ironclad.resilience.patterns import Patterns
from ironclad.resilience.retry import RetryBudget, RetryPolicy
from sre_console.chaos.plan import FaultSpec, Plan
from sre_console.chaos.switchboard import Switchboard
from tests.clock import FakeClock

RATE = 50  # requests a second
PATH = "/api/users"


@dataclass
class Seen:
    answers: Counter[str] = field(default_factory=Counter)  # "ok" or the error's code
    calls: int = 0  # that were let through to the database
    answered: int = 0  # by it

    @property
    def requests(self) -> int:
        return self.answers.total()

    @property
    def errors(self) -> int:
        return self.requests - self.answers["ok"]


class Rehearsal:
    """Requests come one after the other; a retry takes no time (base 0)."""

    def __init__(self, *, attempts: int = 3, failures: int = 5) -> None:
        self.clock = FakeClock()
        self.told: list[Event] = []
        self.patterns = Patterns(self.clock)
        self.board = Switchboard(self.clock)
        self.guard = Guard(
            Breaker(
                "database",
                BreakerPolicy(failures=failures),
                monotonic=self.clock.monotonic,
                publish=self.told.append,
            ),
            retry=RetryPolicy(attempts=attempts, base=0),
            budget=RetryBudget(0.1, monotonic=self.clock.monotonic),
            patterns=self.patterns,
            rules=guard.RULES,
            publish=self.told.append,
            limit=lambda: 10.0,
            random=Random(1),
            sleep=lambda _seconds: None,
            release=connections["default"].close,
        )
        self.guard.faults = self.board.dependency
        self._version = 0
        self._spec = FaultSpec()

    def fault(self, **spec: float) -> None:
        self._version += 1
        self._spec = FaultSpec(**spec)  # type: ignore[arg-type]
        self._confirm()

    def ask(self, number: int) -> Seen:
        """So many requests, 1/50 s apart."""
        seen = Seen()
        for _ in range(number):
            self.clock.time += 1 / RATE
            self._confirm()
            self._one(seen)
        return seen

    @property
    def changes(self) -> list[tuple[float, str]]:
        """When the breaker went to which state, in seconds since the start."""
        return [
            (round(event.at - 1000, 6), event.after)
            for event in self.told
            if isinstance(event, BreakerChanged)
        ]

    def _confirm(self) -> None:
        plan = Plan(self._version, True, self._spec, 300, None, None, "a", "b")
        self.board.confirm(plan, remaining=3600, asked=self.clock.time)

    def _one(self, seen: Seen) -> None:
        noted = Effects("GET", PATH)
        effects.set(noted)

        def query() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            seen.answered += 1

        try:
            self.guard.run(query, idempotent=True)
        except IroncladError as error:
            seen.answers[error.code] += 1
        else:
            seen.answers["ok"] += 1
        seen.calls += noted.calls
