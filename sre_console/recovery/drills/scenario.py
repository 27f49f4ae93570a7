"""A disaster drill's scenario as a value: a story, and the steps of its runbook. Pure.

The steps are the `###` headings of its runbook in docs/runbooks, word for word and in this order:
what is to be typed stands there alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

# What a step means to the timer: the outage begins with it, ends with it, or the loss is measured.
Marks = Literal["", "struck", "served", "loss"]


@dataclass(frozen=True, slots=True)
class Step:
    key: str  # unique in its scenario
    title: str  # a heading of the runbook
    seen: str  # what is seen when it is done
    marks: Marks = ""
    required: bool = True  # the drill is not passed without it


@dataclass(frozen=True, slots=True)
class Scenario:
    key: str
    title: str
    story: str
    runbook: str  # of docs/runbooks
    steps: tuple[Step, ...]

    def step(self, key: str) -> Step | None:
        return next((step for step in self.steps if step.key == key), None)

    def marking(self, marks: Marks) -> Step:
        """The step that begins or ends the outage, or measures the loss; each has one."""
        return next(step for step in self.steps if step.marks == marks)

    def document(self) -> dict[str, Any]:
        """To be kept with a drill, so that its report says what was asked then."""
        return {**asdict(self), "steps": [asdict(step) for step in self.steps]}


def scenario_read(document: Mapping[str, Any]) -> Scenario:
    """Of what `document` gave; what was kept beside it is left out."""
    names = ("key", "title", "story", "runbook")
    steps = tuple(Step(**each) for each in document["steps"])
    return Scenario(**{name: document[name] for name in names}, steps=steps)
