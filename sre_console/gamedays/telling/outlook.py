"""A dry run: what a scenario would do if it began now, and what would keep it from that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from ironclad.clock import Clock, clock
from ironclad.errors import Conflict, IroncladError, PermissionRefused
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.chaos.no_faults import no_faults_check
from sre_console.chaos.permission import confirmation_needed, injection_allowed_check
from sre_console.gamedays.course.blast import blast_radius
from sre_console.gamedays.course.guardrails import Limits
from sre_console.gamedays.course.seen import Seen
from sre_console.gamedays.forecast.forecast import Forecast
from sre_console.gamedays.forecast.foretelling import forecast_of
from sre_console.gamedays.running.block import block_read, blocked_check
from sre_console.gamedays.running.limits import limits_of, start_check
from sre_console.gamedays.running.observing import observe
from sre_console.gamedays.running.services import beside_check, quiet_check
from sre_console.gamedays.scenarios.scenario import Scenario, Step
from sre_console.gamedays.telling.scenario_telling import step_fault, words

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Of this moment; nothing of it is stored."""

    scenario: Scenario
    speed: float
    seed: int | None
    forecast: Forecast
    limits: Limits
    seen: Seen
    blast: float  # the share of the requests that its faults reach
    refusals: tuple[
        IroncladError, ...
    ]  # that a start would meet now, each with its numbers

    @property
    def waits(self) -> bool:
        """Whether another operator would have to approve it."""
        above = settings.CHAOS_APPROVAL_ABOVE
        return above is not None and self.scenario.injects and self.blast > above

    @property
    def confirm(self) -> str:
        """The name to type for its start; empty where none has to be."""
        return settings.ENVIRONMENT if confirmation_needed(self.blast) else ""


def outlook_of(
    scenario: Scenario,
    *,
    actor: Actor,
    speed: float = 1.0,
    seed: int | None = None,
    by: Clock = clock,
) -> Outlook:
    """The dry run of a scenario; the seed only comes back with it."""
    seen = observe(by)
    limits = limits_of(scenario, seen)
    return Outlook(
        scenario,
        speed,
        seed,
        forecast_of(scenario, speed=speed, scale=settings.CLOCK_SCALE),
        limits,
        seen,
        blast_radius(scenario),
        tuple(_refusals(scenario, actor, limits, seen)),
    )


def _refusals(
    scenario: Scenario, actor: Actor, limits: Limits, seen: Seen
) -> Iterator[IroncladError]:
    """Every one, where a start tells only the first."""
    checks: list[Callable[[], None]] = [
        lambda: access_check(actor, "game_days.start"),
        no_faults_check,
        lambda: blocked_check(block_read()),
        lambda: beside_check(scenario),
        lambda: quiet_check(seen),
        lambda: start_check(limits, seen, injects=scenario.injects),
    ]
    if scenario.injects:
        checks.insert(1, injection_allowed_check)
    for check in checks:
        try:
            check()
        except (Conflict, PermissionRefused) as refused:
            yield refused


def outlook_json(found: Outlook) -> Json:
    """Durations in wall seconds."""
    scenario, limits = found.scenario, found.limits
    return {
        "scenario": scenario.name,
        "title": words(scenario.title),
        "hypothesis": words(scenario.hypothesis),
        "speed": found.speed,
        "seed": found.seed,
        "scale": settings.CLOCK_SCALE,
        "seconds": _wall(found, sum(step.longest for step in scenario.steps)),
        "steps": [_step(found, i, step) for i, step in enumerate(scenario.steps)],
        "expects": [
            {"alert": each.alert, "slo": each.slo} for each in scenario.expects
        ],
        "forecast": found.forecast.json(),
        "guardrails": {
            "chaosBudget": {
                "limit": limits.share,
                "day": limits.day_share,
                "allowed": dict(limits.allowed),
                "spentToday": dict(limits.spent_today),
            },
            "floor": limits.floor,
            "left": {name: slo.remaining for name, slo in found.seen.slos.items()},
            "absence": limits.absence,
            "realBurn": limits.page,
        },
        "approval": {
            "needed": found.waits,
            "blastRadius": round(found.blast, 6),
            "above": settings.CHAOS_APPROVAL_ABOVE,
        },
        "confirmation": {
            "needed": bool(found.confirm),
            "environment": settings.ENVIRONMENT,
            "above": settings.CHAOS_CONFIRM_ABOVE,
        },
        "refusals": [
            {"code": each.code, "message": each.message} for each in found.refusals
        ],
    }


def _step(found: Outlook, index: int, step: Step) -> Json:
    foretold = next((s for s in found.forecast.steps if s.index == index), None)
    return {
        "index": index,
        "title": words(step.title),
        "kind": step.kind,
        "fault": step_fault(step),
        "seconds": _wall(found, step.longest),
        "beginsAfter": foretold and foretold.begins,
        "endsAfter": foretold and foretold.ends,
        "note": words(step.note),
        "checks": [
            {
                "id": check.id,
                "title": words(check.title),
                "kind": check.mode,
                "weight": check.weight,
                "within": None if check.within is None else _wall(found, check.within),
            }
            for check in step.checks
        ],
    }


def _wall(found: Outlook, seconds: float) -> float:
    scale = settings.CLOCK_SCALE
    return round(found.scenario.wall(seconds, scale=scale, speed=found.speed), 3)
