"""What of a drill's run is told while its fault is to be found.

The fault plan's own secret is `sre_console.chaos.concealment`; this is the run's: its scenario,
its seed (which the fault follows from), its forecast, and the lines of its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ironclad.errors import Conflict
from sre_console.models import GameDay

_GONE: dict[str, Any] = {"seed": None, "digest": "", "forecast": {}, "outcome": {}}
_TELLS = frozenset({"fault", "guardrail", "reason"})  # in lines of the record


def hidden(row: GameDay) -> bool:
    """Whether it is a drill that goes on: its fault is not told yet."""
    return row.drill and row.state in {"waiting", "running"}


def told_check(row: GameDay) -> None:
    """Raises Conflict: its charts, report and scenario are there once it is over."""
    if hidden(row):
        message = f"Game day {row.pk} is a drill: it is told when it is over."
        raise Conflict(message)


def run_told(row: GameDay, told: Mapping[str, Any]) -> dict[str, Any]:
    """The run's JSON as everybody may read it."""
    if not hidden(row):
        return dict(told)
    gone = {name: nothing for name, nothing in _GONE.items() if name in told}
    if "steps" in told:
        gone["steps"] = [{**step, "fault": None} for step in told["steps"]]
    if (
        "guardrails" in told
    ):  # what its fault has cost so far tells it from other failures
        chaos = {**told["guardrails"]["chaosBudget"], "spent": {}}
        gone["guardrails"] = {**told["guardrails"], "chaosBudget": chaos}
    return {**told, **gone}


def detail_told(row: GameDay, detail: Mapping[str, Any]) -> dict[str, Any]:
    """What a line of its record says besides its kind and time."""
    if not hidden(row):
        return dict(detail)
    return {name: value for name, value in detail.items() if name not in _TELLS}
