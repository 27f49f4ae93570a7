"""A scenario as a value: what a game day does, what it looks at, and when it gives up. Pure.

Durations are seconds as the file says them, on the scenario's own clock; `Scenario.wall` makes
them wall seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.scenarios.probes import HttpCall, Probe

Clock = Literal["slo", "wall"]
Mode = Literal["always", "eventually", "atEnd"]
OnInterruption = Literal["continue", "rollback"]
OrElse = Literal["stop", "go-on"]
Kind = Literal["fault", "ramp", "wait", "action", "hold"]

# A text in each language that the file has it in; English is always there.
Text = Mapping[str, str]
ENGLISH = "en"


def said(text: Text, language: str = ENGLISH) -> str:
    """In this language, its base language, or English."""
    for name in (language, language.partition("-")[0], ENGLISH):
        if name in text:
            return text[name]
    return ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a step shows, or does not."""

    id: str  # step index and number, as "2.1"; unique in its scenario
    title: Text
    mode: Mode
    probe: Probe
    weight: float = 1.0
    within: float | None = None  # from the step's start; None: until its end


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must hold at the start and the end, or that ends the run."""

    title: Text
    probe: Probe


@dataclass(frozen=True, slots=True)
class Ramp:
    """From one plan of faults to another, in as many equal parts of the step's time."""

    begin: FaultSpec
    end: FaultSpec
    parts: int


@dataclass(frozen=True, slots=True)
class Step:
    """What comes into force as it begins, and for how long it is left so."""

    title: Text
    seconds: float = 0.0  # how long it holds
    fault: FaultSpec | None = None  # None: what is in force stays so
    ramp: Ramp | None = None
    wait: Probe | None = None  # goes on once it is true
    within: float | None = None  # of a wait: its deadline
    or_else: OrElse = "stop"
    action: HttpCall | None = None
    note: Text | None = None
    checks: tuple[Check, ...] = ()

    @property
    def kind(self) -> Kind:
        if self.ramp is not None:
            return "ramp"
        if self.fault is not None:
            return "fault"
        if self.wait is not None:
            return "wait"
        return "action" if self.action is not None else "hold"

    @property
    def longest(self) -> float:
        """Seconds that it takes at most."""
        return self.seconds + (self.within or 0.0)


@dataclass(frozen=True, slots=True)
class Expected:
    """An alert that the scenario raises on purpose; without an SLO of any of them."""

    alert: str
    slo: str | None = None

    def matches(self, alert: str, slo: str | None) -> bool:
        return self.alert == alert and self.slo in {None, slo}


@dataclass(frozen=True, slots=True)
class Guardrails:
    """What a scenario itself asks for; the installation's may be stricter."""

    chaos_budget: float | None = None  # share of each SLO's whole error budget
    floor: float | None = None  # share that must be left to start
    absence: float | None = None  # wall seconds


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    title: Text
    hypothesis: Text
    steps: tuple[Step, ...]
    description: Text | None = None
    clock: Clock = "slo"
    on_interruption: OnInterruption = "rollback"
    compatible_with: tuple[str, ...] = ()
    expects: tuple[Expected, ...] = ()
    guardrails: Guardrails = Guardrails()
    steady_state: tuple[Condition, ...] = ()
    stop_when: tuple[Condition, ...] = ()
    rollbacks: tuple[Step, ...] = ()

    def wall(self, seconds: float, *, scale: float, speed: float = 1.0) -> float:
        """A duration of this scenario in wall seconds."""
        return seconds / (scale if self.clock == "slo" else 1.0) / speed

    def longest(self, *, scale: float, speed: float = 1.0) -> float:
        """Wall seconds that its steps take at most; rollbacks come after."""
        every = sum(step.longest for step in self.steps)
        return self.wall(every, scale=scale, speed=speed)

    def faults(self) -> Iterator[FaultSpec]:
        """Every plan of faults that it puts in force, a ramp's both ends."""
        for step in (*self.steps, *self.rollbacks):
            if step.fault is not None:
                yield step.fault
            if step.ramp is not None:
                yield from (step.ramp.begin, step.ramp.end)

    @property
    def injects(self) -> bool:
        return any(spec.active for spec in self.faults())

    @property
    def checks(self) -> tuple[Check, ...]:
        return tuple(check for step in self.steps for check in step.checks)

    def expected(self, alert: str, slo: str | None) -> bool:
        return any(each.matches(alert, slo) for each in self.expects)
