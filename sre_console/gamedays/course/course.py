"""Where a run stands: its phase, its step, its checks. Pure; stored as JSON between two turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from sre_console.gamedays.course.seen import Counted
from sre_console.gamedays.scenarios.scenario import Check, Scenario

Phase = Literal["steady", "steps", "after", "rollback", "closing", "over"]
CheckState = Literal["to_come", "watching", "passed", "failed", "not_reached"]
STEADY, AFTER = "steadyState", "after"


@dataclass(slots=True)
class Standing:
    """How one check stands."""

    id: str
    step: int | str  # index, or STEADY, AFTER
    state: CheckState = "to_come"
    got: str = ""  # empty: nothing is known
    value: float | None = None
    at: float | None = None  # epoch: when it was decided


@dataclass(slots=True)
class Ending:
    """Why it is over; kinds are those of gamedays.endings."""

    kind: str
    reason: str = ""
    by: str = ""


@dataclass(slots=True)
class Course:
    """All that the runner must know again after a restart."""

    phase: Phase = "steady"
    phase_began: float = 0.0  # epoch
    step: int = -1  # of the steps, or of the rollbacks in their phase
    began: float = (
        0.0  # epoch: as planned, so that turns a little late add up to nothing
    )
    holds_since: float | None = None  # epoch: its wait or action is over
    part: int = 0  # of a ramp
    asked: bool = False  # its action was sent
    run: Counted = field(default_factory=Counted)  # as the run began
    at_step: Counted = field(default_factory=Counted)  # as the step began
    version: int | None = None  # of the plan that is in force for it
    spec: dict[str, Any] = field(default_factory=dict)  # its faults; empty: none
    firing_before: list[list[str | None]] = field(default_factory=list)
    firing: list[list[str | None]] = field(default_factory=list)  # at the last turn
    breakers: dict[str, str] = field(default_factory=dict)  # likewise, not closed ones
    # When a breaker was last open that its own fault of the database may have opened.
    aftermath_at: float | None = None
    requests: int | None = None  # cumulative, at the last turn
    request_at: float | None = None  # epoch second of the last one
    continued_at: float | None = None  # epoch: after an interruption
    step_states: dict[str, str] = field(default_factory=dict)  # by index
    step_times: dict[str, list[float | None]] = field(default_factory=dict)
    ending: Ending | None = None
    ended: float | None = None  # epoch: its steps were over, or were left off
    checks: list[Standing] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        stored = asdict(self)
        stored["run"], stored["at_step"] = self.run.json(), self.at_step.json()
        del stored["checks"]
        return stored

    @classmethod
    def read(cls, stored: Mapping[str, Any], checks: list[Mapping[str, Any]]) -> Course:
        """The inverse of `json`, and the checks as they were stored beside it."""
        given = dict(stored)
        ending = given.pop("ending", None)
        for name in ("run", "at_step"):
            given[name] = Counted.read(given[name])
        return cls(
            **given,
            ending=None if ending is None else Ending(**ending),
            checks=[Standing(**each) for each in checks],
        )

    def standing(self, check: str) -> Standing:
        return next(each for each in self.checks if each.id == check)

    @property
    def failed(self) -> list[Standing]:
        return [each for each in self.checks if each.state == "failed"]


def opened(scenario: Scenario, at: float) -> Course:
    """A run that is about to begin: every check is still to come."""
    checks = [
        Standing(f"{where}.{i}", where)
        for where in (STEADY, AFTER)
        for i in range(len(scenario.steady_state))
    ]
    for i, step in enumerate(scenario.steps):
        checks += [Standing(check.id, i) for check in step.checks]
        # what it waits for, and what it asks for, is a check as well
        if step.wait is not None:
            checks.append(Standing(f"{i}.wait", i))
        if step.action is not None:
            checks.append(Standing(f"{i}.action", i))
    # what was asked for before the steps comes first, what is asked after them last
    order = {STEADY: -1, AFTER: len(scenario.steps)}
    checks.sort(key=lambda each: order.get(each.step, each.step))  # type: ignore[arg-type]
    return Course(phase_began=at, began=at, checks=checks)


def check_of(scenario: Scenario, id_: str) -> Check | None:
    return next((check for check in scenario.checks if check.id == id_), None)
