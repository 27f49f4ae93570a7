"""The numbers of a run's guardrails, as they are when it starts."""

from __future__ import annotations

from django.conf import settings

from ironclad.errors import Conflict
from sre_console.gamedays.course.guardrails import Limits, allowed_events, strictest
from sre_console.gamedays.course.seen import Seen
from sre_console.gamedays.scenarios.scenario import Scenario
from sre_console.slo import lookup
from sre_console.slo.objectives import burn_rules, objectives
from sre_console.slo.windows import WINDOWS, wall

_SEEN_LATE = 3.0  # seconds until a second is counted and seen


def limits_of(scenario: Scenario, seen: Seen) -> Limits:
    """The stricter of what the scenario and the installation say, in failed requests."""
    own = scenario.guardrails
    share = strictest(own.chaos_budget, settings.CHAOS_BUDGET_GAME_DAY)
    day_share = settings.CHAOS_BUDGET_DAY
    today = spent_today()
    floors = [floor for floor in (own.floor, settings.CHAOS_FLOOR) if floor is not None]
    page = max(rule.threshold(objectives()[0].window) for rule in burn_rules())
    return Limits(
        allowed=allowed_events(
            {name: slo.allowed for name, slo in seen.slos.items()},
            share=share,
            day_share=day_share,
            spent_today=today,
        ),
        share=share,
        day_share=day_share,
        spent_today=today,
        floor=max(floors, default=None),
        absence=strictest(own.absence, float(settings.CHAOS_ABSENCE)),
        page=page,
        forgets=wall(WINDOWS["5m"], settings.CLOCK_SCALE) + _SEEN_LATE,
    )


def start_check(limits: Limits, seen: Seen, *, injects: bool) -> None:
    """Raises Conflict with the numbers where its faults may not start now."""
    if not injects:
        return
    for name, slo in seen.slos.items():
        if limits.floor is not None and (slo.remaining or 0.0) < limits.floor:
            left = (
                "nothing is known" if slo.remaining is None else f"{slo.remaining:.1%}"
            )
            message = (
                f"The error budget of {name} is too low for faults: {left} is left, "
                f"and they may start from {limits.floor:.1%} on."
            )
            raise Conflict(message)
        allowed = limits.allowed.get(name)
        if allowed is not None and allowed <= 0:
            spent = limits.spent_today.get(name, 0)
            message = (
                f"The chaos budget of {name} leaves nothing: {spent} failed requests were "
                f"caused within a day, of {slo.allowed:.0f} that its error budget has in all."
            )
            raise Conflict(message)


def spent_today() -> dict[str, int]:
    """Bad events that faults caused within the last day of the SLO's clock, by SLO."""
    newest = lookup.newest()
    if newest is None:
        return {}
    begin = newest.second - wall(WINDOWS["1d"], settings.CLOCK_SCALE)
    counts = newest.counters.since(lookup.at([begin])[begin].counters)
    return {slo: drilled for slo, (_bad, drilled) in counts.bad.items()}
