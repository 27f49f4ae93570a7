"""What the formulas say of each lesson, with this installation's own numbers. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from sre_console.gamedays.tour.lessons import FAST, SLOW, Lesson
from sre_console.slo import budget

Answer = float | str | None  # a figure in the lesson's unit, or a choice

PERCENT = 100


@dataclass(frozen=True, slots=True)
class PageRule:
    name: str
    threshold: float  # T, a burn rate
    window: float  # W, production seconds


@dataclass(frozen=True, slots=True)
class Installation:
    """The numbers that the formulas need; of the availability SLO."""

    scale: float  # K
    b: float  # 1 - objective
    period: float  # S, production seconds
    rate: float  # requests a wall second now
    allowed: float  # bad requests in the whole budget
    left: float | None  # share of the budget; None: no data
    rules: tuple[PageRule, ...]
    breaker_open: float  # wall seconds
    breaker_failures: int
    # Burn rates that the rules' windows hold already, of what was before.
    carried: Mapping[str, float] = field(default_factory=dict)

    def rule(self, name: str) -> PageRule:
        return next(rule for rule in self.rules if rule.name == name)

    def burn(self, error_rate: float) -> float:
        """B = e / b."""
        return error_rate / self.b

    def pages_after(self, name: str, error_rate: float) -> float | None:
        """Wall seconds until a rule fires on a fault from now on; None: never.

        What its window holds already counts: the fault needs to add the rest alone. That is
        exact as long as the old bad requests are still within the window.
        """
        rule = self.rule(name)
        missing = rule.threshold - self.carried.get(name, 0.0)
        if missing <= 0:
            return 0.0
        after = budget.fires_after(self.burn(error_rate), missing, rule.window)
        return None if after is None else after / self.scale


def expected(lesson: Lesson, here: Installation, lasted: float | None = None) -> Answer:
    """The answer in the lesson's unit; `lasted` wall seconds if it was not the whole time."""
    held = lesson.wall(here.scale) if lasted is None else lasted
    if lesson.name == "error-budget":
        burn = here.burn(lesson.error_rate)
        return PERCENT * budget.spent(burn, held * here.scale, here.period)
    if lesson.name == "burn-rate":
        return here.burn(lesson.error_rate)
    if lesson.name == "slow-page":
        return paged(*(here.pages_after(n, lesson.error_rate) for n in (FAST, SLOW)))
    if lesson.name == "circuit-breaker":
        return outage(held, here.breaker_open)
    return here.pages_after(FAST, lesson.error_rate)


def paged(fast: float | None, slow: float | None) -> str:
    """Which of the two rules paged first: fast, slow, none."""
    if fast is not None and (slow is None or fast <= slow):
        return "fast"
    return "none" if slow is None else "slow"


def outage(fault: float, opened: float) -> float:
    """Seconds that requests fail when the dependency fails for so long.

    An open breaker tries again when its time is over, and not before; a trial during the
    fault opens it for as long again.
    """
    return max(1, math.ceil(fault / opened)) * opened


def cost(lesson: Lesson, here: Installation) -> float:
    """The share of the availability budget that the lesson spends, about."""
    seconds = lesson.wall(here.scale)
    if lesson.name == "circuit-breaker":
        seconds = outage(seconds, here.breaker_open)
    elif lesson.until:
        seconds = here.pages_after(lesson.until, lesson.error_rate) or seconds
    return budget.spent(here.burn(lesson.error_rate), seconds * here.scale, here.period)
