"""What one replica holds and does, from its memory: all there is to tell without the database."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.conf import settings

from ironclad.envelope import timestamp
from ironclad.resilience.patterns import PATTERNS
from sre_console.chaos.plan import FaultSpec, Plan
from sre_console.chaos.selectors import PlanStatus, plan_json
from sre_console.incidents import absence
from sre_console.incidents.catalogue import catalogue
from sre_console.resilience.selectors import SwitchStatus, switch_json, together
from sre_console.resilience.switch import NOTHING_OFF

if TYPE_CHECKING:
    from sre_console.incidents.absence import Told
    from sre_console.live.runtime import Runtime


def plan_own(parts: Runtime) -> dict[str, Any]:
    """The plan as this replica holds it, with what it did itself."""
    board, held = parts.switchboard, parts.switchboard.in_force
    plan = held or _over(parts.listener.plan, board.version)
    if plan.held_until is not None and plan.held_until <= parts.clock.now():
        plan = replace(plan, holder="", held_until=None)
    tally = parts.recorder.tally(plan.version)
    return plan_json(
        PlanStatus(
            plan=plan,
            remaining=board.remaining,
            requests=tally.requests,
            failed=tally.failed,
            errors=tally.errors,
            delays=tally.delays,
            dependency_errors=tally.dependency_errors,
            replicas=1,
            confirmed=1,
        )
    )


def resilience_own(parts: Runtime) -> dict[str, Any]:
    """The patterns' switch as this replica holds it, and how its patterns stand."""
    last = parts.listener.switch or NOTHING_OFF
    held = tuple(pattern for pattern in PATTERNS if pattern in parts.patterns.off)
    switch = replace(last, off=held) if held else NOTHING_OFF
    switch = replace(switch, version=parts.patterns.version)
    status = SwitchStatus(switch, parts.patterns.remaining, replicas=1, confirmed=1)
    now = timestamp(parts.clock.now())
    return {
        "source": "replica",
        "patterns": switch_json(status),
        "replicas": [{"id": str(parts.replica), "seenAt": now}],
        **together([parts.state()]),
    }


def alerts_own(parts: Runtime) -> list[Told]:
    """The database is away, or nobody judges: which of the two, this replica alone can tell."""
    listener = parts.listener
    since: dict[str, float | None] = {absence.DATABASE: None, absence.EVALUATOR: None}
    if not listener.ok:  # then nobody can judge, and that says it all
        since[absence.DATABASE] = listener.database["since"]
    elif listener.unjudged_since is not None:
        # While the database was away nobody could.
        last, there = listener.unjudged_since, listener.database["since"]
        since[absence.EVALUATOR] = max(last.timestamp(), there)
    now, scale = parts.clock.epoch(), settings.CLOCK_SCALE
    return absence.told(catalogue(), since, now=now, scale=scale)


def _over(last: Plan | None, version: int) -> Plan:
    """A plan without faults, at the version that was known last."""
    nothing = Plan(version, False, FaultSpec(), 300, None, None, "", "")  # noqa: FBT003
    return nothing if last is None else replace(last, enabled=False, spec=FaultSpec())
