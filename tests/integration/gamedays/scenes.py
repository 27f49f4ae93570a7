"""Short scenarios for the tests of the runner."""

from __future__ import annotations

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.scenarios.probes import AlertProbe
from sre_console.gamedays.scenarios.scenario import Check, Expected, Scenario, Step

BURNS = tuple(
    Expected(f"ErrorBudgetBurn{window}") for window in ("1h", "6h", "1d", "3d")
)
LOW = tuple(
    Expected(f"ErrorBudget{name}") for name in ("HalfSpent", "NearlySpent", "Spent")
)
EVERY_ALERT = (*BURNS, *LOW, Expected("HighErrorRate"), Expected("HighLatency"))


def text(words: str) -> dict[str, str]:
    return {"en": words}


def errors(rate: float, seconds: float, *checks: Check) -> Step:
    spec = FaultSpec(error_rate=rate)
    return Step(text(f"{rate:.0%} errors"), seconds, fault=spec, checks=checks)


def scene(*steps: Step, **more: object) -> Scenario:
    """On the wall clock; every alert is expected unless told otherwise."""
    given: dict[str, object] = {"clock": "wall", "expects": EVERY_ALERT, **more}
    name = str(given.pop("name", "scene"))
    return Scenario(name, text("A scene"), text("It holds."), steps, **given)  # type: ignore[arg-type]


def quiet(id_: str) -> Check:
    return Check(
        id_, text("no page"), "always", AlertProbe("ErrorBudgetBurn1h", "quiet")
    )
