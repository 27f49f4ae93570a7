"""How well a run went: the weighted share of its checks that passed, and the verdict. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sre_console.gamedays.course import endings
from sre_console.gamedays.course.course import Standing
from sre_console.gamedays.scenarios.scenario import Scenario

Verdict = Literal["passed", "failed"]
_UNWEIGHED = 1.0  # what a step waits for and what it asks for count like a check


@dataclass(frozen=True, slots=True)
class Score:
    """What the steps showed, counted; steady states decide the verdict alone."""

    passed: int
    failed: int
    not_reached: int  # the run was over before they could be judged: not passed
    ratio: float | None  # weighted share that passed, 0..1; None: there are no checks


def scored(scenario: Scenario, standings: Iterable[Standing]) -> Score:
    """What the checks of a run that is over came to."""
    weights = {check.id: check.weight for check in scenario.checks}
    states: dict[str, str] = dict.fromkeys(weights, "not_reached")
    states |= {each.id: each.state for each in standings if isinstance(each.step, int)}
    weighed = {id_: weights.get(id_, _UNWEIGHED) for id_ in states}
    passed = [id_ for id_, state in states.items() if state == "passed"]
    failed = sum(state == "failed" for state in states.values())
    weight = sum(weighed.values())
    return Score(
        passed=len(passed),
        failed=failed,
        not_reached=len(states) - len(passed) - failed,
        ratio=sum(weighed[id_] for id_ in passed) / weight if weight else None,
    )


def verdict(standings: Iterable[Standing], *, end_kind: str) -> Verdict | None:
    """Whether the hypothesis held; None: a person ended it, and nothing was shown either way.

    A run that came to its end passes if every check and every steady state did; one that
    anything else ended has failed.
    """
    if end_kind in {endings.OPERATOR, endings.EXPIRED}:
        return None
    held = all(each.state == "passed" for each in standings)
    return "passed" if end_kind == endings.COMPLETED and held else "failed"
