"""What a drill came to: whether it was passed, and why not. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sre_console.recovery.drills.scenario import Scenario
from sre_console.recovery.targets import AIMED, PROMISED, RecoveryTargets

Against = Literal["step", "time-unknown", "loss-unknown", "time", "loss"]


@dataclass(frozen=True, slots=True)
class Objection:
    """Why it is not passed; `step` is the title of one that is not done."""

    kind: Against
    step: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    objections: tuple[Objection, ...]
    aimed: bool | None  # our own aim was met as well; None: it was not measured

    @property
    def passed(self) -> bool:
        return not self.objections


def judged(  # noqa: PLR0913 - all that it hangs on, by name
    scenario: Scenario,
    *,
    done: Collection[str],
    recovery_seconds: float | None,
    lost_seconds: float | None,
    promised: RecoveryTargets = PROMISED,
    aimed: RecoveryTargets = AIMED,
) -> Judgement:
    """Passed if every required step is done, and both figures are within what is promised."""
    against = [
        Objection("step", step.title)
        for step in scenario.steps
        if step.required and step.key not in done
    ]
    against += _figure("time", recovery_seconds, promised.time)
    against += _figure("loss", lost_seconds, promised.loss)
    if recovery_seconds is None or lost_seconds is None:
        return Judgement(tuple(against), None)
    return Judgement(tuple(against), aimed.met(recovery_seconds, lost_seconds))


def _figure(
    name: Literal["time", "loss"], seconds: float | None, most: timedelta
) -> list[Objection]:
    if seconds is None:
        return [Objection("time-unknown" if name == "time" else "loss-unknown")]
    return [Objection(name)] if seconds > most.total_seconds() else []


def targets_document(targets: RecoveryTargets) -> dict[str, float]:
    """In seconds, to be kept with a drill: it is judged by what was promised at its start."""
    return {
        "recoverySeconds": targets.time.total_seconds(),
        "lostSeconds": targets.loss.total_seconds(),
    }


def targets_read(document: Mapping[str, Any]) -> RecoveryTargets:
    return RecoveryTargets(
        time=timedelta(seconds=document["recoverySeconds"]),
        loss=timedelta(seconds=document["lostSeconds"]),
    )
