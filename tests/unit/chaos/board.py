"""A switchboard on a fake clock, and plans to give it."""

from __future__ import annotations

from dataclasses import replace

from sre_console.chaos.plan import FaultSpec, Plan
from sre_console.chaos.switchboard import Switchboard
from tests.clock import FakeClock

ERRORS = FaultSpec(error_rate=1.0)


class Board(Switchboard):
    """Knows its own clock, so that a test reads as what the database said and when."""

    def __init__(self) -> None:
        self.time = FakeClock()
        super().__init__(self.time)

    def tell(  # noqa: PLR0913 - as a test has it to say
        self,
        version: int,
        spec: FaultSpec = ERRORS,
        *,
        remaining: float = 300,
        enabled: bool = True,
        age: float = 0,
        renewals: int = 0,
    ) -> bool:
        asked = self.time.monotonic() - age
        told = replace(plan(version, spec, enabled=enabled), renewals=renewals)
        return self.confirm(told, remaining=remaining, asked=asked)

    def on(self) -> bool:
        return self.decide("GET", "/api/users") is not None


def plan(version: int, spec: FaultSpec = ERRORS, *, enabled: bool = True) -> Plan:
    return Plan(version, enabled, spec, 300, None, None, "operator", "a test")
