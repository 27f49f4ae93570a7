"""Why a run is over, and what that makes of it. Pure."""

from __future__ import annotations

from typing import Literal

State = Literal["finished", "stopped", "failed"]

COMPLETED = ""  # every step was done
OPERATOR = "operator"  # a person stopped it
CONDITION = "condition"  # a stop condition of the scenario
STEADY = "steady-state"  # it did not hold at the start
WAIT = "wait"  # what a step waited for did not come
INTERRUPTED = "interrupted"  # server or evaluator were away, for too long or told so
EXPIRED = "expired"  # nobody approved it in time
ERROR = "error"  # the runner could not go on
# Guardrails: the word after the colon.
CHAOS_BUDGET = "guardrail:chaos-budget"
FLOOR = "guardrail:floor"
ALERT = "guardrail:alert"
BREACH = "guardrail:breach"
TELEMETRY = "guardrail:telemetry"
ABSENCE = "guardrail:absence"
GUARDRAILS = (CHAOS_BUDGET, FLOOR, ALERT, BREACH, TELEMETRY, ABSENCE)


def state_of(kind: str) -> State:
    """The state that a run has at its end."""
    if kind == COMPLETED:
        return "finished"
    return "failed" if kind in {STEADY, INTERRUPTED, ERROR} else "stopped"
