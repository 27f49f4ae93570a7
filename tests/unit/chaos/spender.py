"""A replica under an allowance, on a fake clock: 50 requests a second, each finished at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from ironclad.edge.events import FaultDecision, RequestFinished
from ironclad.resilience.effects import Effects
from sre_console.chaos.allowance import Allowance
from sre_console.chaos.plan import FaultSpec, Plan
from sre_console.chaos.spending import Spending
from sre_console.chaos.switchboard import Switchboard
from sre_console.slo.objectives import load
from tests.clock import FakeClock

KEY = "game-day-7"
RATE = 50  # requests a second
PATH = "/api/users"
OBJECTIVES = load(Path(__file__).parents[3] / "deploy" / "slo")


def bad(status: int, duration: float, /) -> list[str]:
    return [slo.name for slo in OBJECTIVES if slo.bad(status, duration)]


class Spender(Switchboard):
    """Serves what arrives, and judges it as the SLOs do: `seen` is what the ledger shows."""

    def __init__(self, name: str = "a", clock: FakeClock | None = None) -> None:
        self.time = clock or FakeClock()
        self.name = name
        self.told = 0
        self.seen: Counter[str] = Counter()  # bad exercise events, by SLO
        super().__init__(self.time, spending=Spending(name, bad, self.tell))

    def tell(self) -> None:
        self.told += 1

    def hold_plan(
        self,
        version: int,
        spec: FaultSpec,
        allowance: Allowance | None,
    ) -> None:
        plan = Plan(
            version, True, spec, 300, None, None, "ann", "a test", KEY, None, 0, allowance
        )  # fmt: skip
        self.confirm(plan, remaining=300, asked=self.time.monotonic())

    def serve(self, *, seconds: float = 0.01) -> FaultDecision | None:
        """One request that takes so long beside its delay."""
        decision = self.decide("GET", PATH)
        delay = 0.0 if decision is None else decision.delay
        status = 500 if decision is not None and decision.error else 200
        self.finish(decision, status=status, duration=delay + seconds)
        return decision

    def finish(
        self,
        decision: FaultDecision | None,
        *,
        status: int = 200,
        duration: float = 0.01,
        effects: Effects | None = None,
        exercise: bool = False,
    ) -> None:
        injected = decision is not None and decision.injected
        behind = effects is not None and effects.injected
        values: dict[str, Any] = {
            "request_id": "r", "method": "GET", "route": PATH, "status": status,
            "duration": duration, "finished": self.time.monotonic(), "service": True,
            "fault": decision, "effects": effects,
            "exercise": exercise or injected or behind,
        }  # fmt: skip
        finished = RequestFinished(**values)
        if finished.exercise:
            self.seen.update(bad(status, duration))
        self.finished(finished)
