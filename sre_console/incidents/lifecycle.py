"""What may be done with an incident in which state, and how long everything took. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["open", "acknowledged", "mitigated", "resolved"]
STATES: tuple[State, ...] = ("open", "acknowledged", "mitigated", "resolved")
Action = Literal["acknowledge", "mitigate", "resolve", "reopen"]

_FROM: dict[Action, tuple[State, ...]] = {
    "acknowledge": ("open",),
    "mitigate": ("open", "acknowledged"),
    "resolve": ("open", "acknowledged", "mitigated"),
    "reopen": ("resolved",),
}
_TO: dict[Action, State] = {
    "acknowledge": "acknowledged",
    "mitigate": "mitigated",
    "resolve": "resolved",
    "reopen": "acknowledged",  # whoever reopens it has seen it
}


def refusal(action: Action, state: State, firing: Sequence[str] = ()) -> str | None:
    """Why the action is not possible now; None: it is. `firing` are names of its alerts."""
    if state not in _FROM[action]:
        return f"An incident that is {state} can't be {_DONE[action]}."
    if action == "resolve" and firing:
        names = ", ".join(firing)
        return f"It can't be resolved while an alert fires: {names}."
    return None


_DONE: dict[Action, str] = {
    "acknowledge": "acknowledged",
    "mitigate": "mitigated",
    "resolve": "resolved",
    "reopen": "reopened",
}


def after(action: Action) -> State:
    return _TO[action]


@dataclass(frozen=True, slots=True)
class Durations:
    """Wall seconds; None: it has not come to that."""

    detect: (
        float | None
    )  # TTD: from the beginning of the harm until the incident opened
    acknowledge: float | None  # TTA: from then until somebody took it
    mitigate: float | None  # TTM: from the beginning until the harm ended
    resolve: float | None  # TTR: from the beginning until it was over


def durations(
    *,
    began: datetime,
    opened: datetime,
    acknowledged: datetime | None,
    mitigated: datetime | None,
    resolved: datetime | None,
) -> Durations:
    def since(start: datetime, end: datetime | None) -> float | None:
        return None if end is None else max(0.0, (end - start).total_seconds())

    return Durations(
        detect=since(began, opened),
        acknowledge=since(opened, acknowledged),
        mitigate=since(began, mitigated),
        resolve=since(began, resolved),
    )
