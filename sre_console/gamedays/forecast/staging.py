"""The stages of a scenario: which faults are in force when, in wall seconds. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.course.direction import part_of
from sre_console.gamedays.forecast.counting import RunCounts, Stage
from sre_console.gamedays.forecast.effect import Defences, Effect
from sre_console.gamedays.forecast.past import History
from sre_console.gamedays.forecast.waiting import Foresight
from sre_console.gamedays.scenarios.probes import Probe
from sre_console.gamedays.scenarios.scenario import Scenario, Step
from sre_console.incidents.rules import Catalogue

if TYPE_CHECKING:
    from sre_console.slo.objectives import Objective

_ACTION = 1.0  # wall seconds: the runner sees the answer at its next turn


@dataclass(frozen=True, slots=True)
class Setting:
    """What a forecast takes as given."""

    history: History
    rate: float  # requests a wall second, all replicas together
    objectives: tuple[Objective, ...]
    catalogue: Catalogue
    scale: float
    speed: float
    defences: Defences
    effect: Callable[[FaultSpec], Effect]
    refused: Effect  # while the breaker is open


class Staging:
    def __init__(self, scenario: Scenario, setting: Setting) -> None:
        self._scenario = scenario
        self._setting = setting
        self._stages: list[Stage] = []
        self._now = 0.0
        self._spec = FaultSpec()
        self._since = 0.0  # begin of the plan's version
        self._opened: float | None = None  # when the breaker opened, or will
        self._closes: float | None = None  # when its first trial succeeds

    def stages(self) -> list[Stage]:
        """Every step in its order; those that take no time have a stage as well.

        A step waits until its probe is foretold to hold, else for as long as it may.
        """
        for index, step in enumerate(self._scenario.steps):
            self._step(index, step)
        return self._stages

    def _step(self, index: int, step: Step) -> None:
        begins, seconds = self._now, self._wall(step.seconds)
        self._put(step.fault)
        if step.ramp is not None:
            for part in range(step.ramp.parts):
                self._put(part_of(step.ramp, part))
                self._hold(index, seconds / step.ramp.parts)
            seconds = 0.0
        if step.wait is not None:
            within = self._wall(step.within or 0.0)
            self._hold(index, self._waits(index, step.wait, begins, within))
        if step.action is not None:
            self._hold(index, _ACTION)
        if seconds > 0 or self._now == begins:
            self._hold(index, seconds)

    def _put(self, spec: FaultSpec | None) -> None:
        if spec is not None:
            self._spec, self._since = spec, self._now

    def _waits(self, index: int, probe: Probe, began: float, within: float) -> float:
        setting, trial = self._setting, copy(self)
        trial._stages = [*self._stages]  # noqa: SLF001 - its own copy
        trial._hold(index, within)  # noqa: SLF001
        run = RunCounts(trial._stages, setting.history, setting.rate)  # noqa: SLF001
        sight = Foresight(run, setting.objectives, setting.catalogue, setting.scale)
        until = self._now + within
        after = sight.holds_after(probe, begins=began, until=until)
        return within if after is None else max(0.0, began + after - self._now)

    def _hold(self, index: int, seconds: float) -> None:
        """Let what is in force stay so."""
        effect = self._setting.effect(self._spec)
        until = self._now + seconds
        if effect.breaker_opens:
            self._closes = None
            rate, failures = self._setting.rate, self._setting.defences.breaker_failures
            if self._opened is None and rate > 0:
                self._opened = self._now + (failures or 0) / rate
            self._add(index, until, effect, breaker=True)
            return
        closes = self._breaker_closes()
        if closes is not None:
            self._add(index, min(closes, until), self._refusing(effect), breaker=True)
            if closes > until:
                return
            self._opened = self._closes = None
        if until > self._now or closes is None:
            self._add(index, until, effect)

    def _breaker_closes(self) -> float | None:
        """When it lets a trial through that succeeds; None where it is not open."""
        if self._opened is None or self._opened >= self._now:
            self._opened = None
            return None
        if self._closes is None:
            each = self._setting.defences.breaker_open
            trials = math.ceil((self._now - self._opened) / each) if each > 0 else 0
            self._closes = self._opened + trials * each
        return self._closes

    def _refusing(self, effect: Effect) -> Effect:
        """What the open breaker does, and the faults beside it."""
        refused = self._setting.refused
        return Effect(
            bad={
                slo: max(ratio, effect.bad.get(slo, 0.0))
                for slo, ratio in refused.bad.items()
            },
            failed=max(refused.failed, effect.failed),
            delay=effect.delay,
            held=effect.held,
            active=effect.active,
        )

    def _add(
        self, index: int, until: float, effect: Effect, *, breaker: bool = False
    ) -> None:
        self._stages.append(
            Stage(
                index,
                self._now,
                until,
                bad=effect.bad,
                failed=effect.failed,
                delay=effect.delay,
                held=effect.held,
                paced_since=self._since,
                faulty=effect.active,
                breaker=breaker,
            )
        )
        self._now = until

    def _wall(self, seconds: float) -> float:
        setting = self._setting
        return self._scenario.wall(seconds, scale=setting.scale, speed=setting.speed)
