"""The five lessons: what each injects, for how long, and what it asks first. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from sre_console.chaos.plan import FaultSpec

Unit = Literal["percent", "times", "seconds"]
Clock = Literal["slo", "wall"]

# Wall seconds that a lesson may take; what takes longer is computed instead.
LONGEST = 600.0
# Requests a second below which nothing could be measured within a lesson.
LEAST_RATE = 1.0


@dataclass(frozen=True, slots=True)
class Figure:
    """Asks for a number."""

    unit: Unit
    most: float

    def read(self, text: str) -> float | None:
        """What a person typed, a comma as good as a point; None: no such number."""
        clean = text.strip().replace(",", ".")
        if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", clean, re.ASCII):
            return None
        value = float(clean)
        return value if math.isfinite(value) and value <= self.most else None


@dataclass(frozen=True, slots=True)
class Choice:
    """Asks for one of some answers."""

    options: tuple[str, ...]

    def read(self, text: str) -> str | None:
        return text if text in self.options else None


@dataclass(frozen=True, slots=True)
class Lesson:
    number: int
    name: str
    fault: FaultSpec
    holds: float  # seconds on its clock that the fault is left on at most
    asks: Figure | Choice
    clock: Clock = "slo"
    until: str = ""  # the alert of availability that ends it earlier

    def wall(self, scale: float) -> float:
        """Wall seconds that its fault is left on at most."""
        return self.holds / (scale if self.clock == "slo" else 1.0)

    def reason(self) -> str:
        """What the fault plan is set for."""
        return f"tour, lesson {self.number}"

    def matches(self, spec: FaultSpec) -> bool:
        """Whether these are its faults, whoever set them."""
        return spec == self.fault

    @property
    def error_rate(self) -> float:
        """The share of requests that its fault makes fail."""
        return self.fault.error_rate or self.fault.dependency_error_rate


MINUTE = 60.0
FAST, SLOW = "ErrorBudgetBurn1h", "ErrorBudgetBurn6h"

# Small enough together that going from one to the next pages nobody before it is asked for.
LESSONS: tuple[Lesson, ...] = (
    Lesson(
        1, "error-budget", FaultSpec(error_rate=0.03), 12 * MINUTE,
        Figure("percent", 1000),
    ),
    Lesson(
        2, "burn-rate", FaultSpec(error_rate=0.02), 15 * MINUTE, Figure("times", 10_000)
    ),
    Lesson(
        3, "slow-page", FaultSpec(error_rate=0.01), 4 * 60 * MINUTE,
        Choice(("fast", "slow", "none")), until=SLOW,
    ),
    Lesson(
        4, "circuit-breaker", FaultSpec(dependency_error_rate=1.0), 5.0,
        Figure("seconds", 100_000), clock="wall",
    ),
    Lesson(
        5, "post-mortem", FaultSpec(error_rate=0.07), 20 * MINUTE,
        Figure("seconds", 100_000), until=FAST,
    ),
)  # fmt: skip


def lesson(number: int) -> Lesson | None:
    return next((each for each in LESSONS if each.number == number), None)
