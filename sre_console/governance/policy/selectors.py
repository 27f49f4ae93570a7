"""The policy as it stands now: for each SLO the rules that hold, since when, what is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from ironclad.clock import Clock, clock
from ironclad.envelope import timestamp
from sre_console.chaos.no_faults import no_faults_read
from sre_console.governance.policy.rules import (
    ALLOWED,
    SUBJECTS,
    Policy,
    Restriction,
    Rule,
    policy,
    strictest,
)
from sre_console.models import AlertPeriod
from sre_console.slo import budget, lookup
from sre_console.slo.objectives import Objective, objectives
from sre_console.slo.selectors import slo_standings
from sre_console.slo.windows import wall

STEPS = (
    48  # that the past is looked at in, twice: first all of it, then one step of that
)


@dataclass(frozen=True, slots=True)
class Held:
    """A rule that holds for an SLO."""

    rule: Rule
    since: datetime | None  # None: always, or for as long as is known


@dataclass(frozen=True, slots=True)
class Line:
    """What one subject is restricted to now."""

    subject: str
    to: str
    rule: Rule | None  # None: nothing restricts it
    by: str
    enforced: bool  # by Ironclad, here and now


@dataclass(frozen=True, slots=True)
class SloPolicy:
    objective: Objective
    left: float | None  # ratio of the budget; None: no data
    held: tuple[Held, ...]  # what weighs most comes last
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class PolicyNow:
    policy: Policy
    slos: tuple[SloPolicy, ...]
    lines: tuple[Line, ...]  # the strictest of all SLOs
    forbidden: str  # faults are, for all: setting, lever; empty: they are not


def policy_now(*, by: Clock = clock) -> PolicyNow:
    rules, found = policy(), slo_standings(by=by)
    firing = _firing()
    lefts = {
        each.objective.name: each.all_events.remaining_ratio for each in found.slos
    }
    past = _Past(found.end)
    slos = []
    for objective in objectives():
        left, mine = lefts.get(objective.name), firing.get(objective.name, {})
        holding = rules.holding(left, mine)
        held = tuple(
            Held(rule, _since(rule, objective, mine, past)) for rule in holding
        )
        lines = tuple(_line(subject, holding) for subject in SUBJECTS)
        slos.append(SloPolicy(objective, left, held, lines))
    every = tuple(
        max((slo.lines[n] for slo in slos), key=_weight) for n in range(len(SUBJECTS))
    )
    return PolicyNow(rules, tuple(slos), every, _forbidden())


def enforced(restriction: Restriction) -> bool:
    """Whether Ironclad refuses it here, by itself."""
    return {
        "chaosFloor": settings.CHAOS_FLOOR is not None,
        "approval": settings.CHAOS_APPROVAL_ABOVE is not None,
        "firing": True,
        "agreement": False,
    }[restriction.by]


def _forbidden() -> str:
    if not settings.CHAOS_ALLOWED:
        return "setting"
    return "lever" if no_faults_read().pulled else ""


def _line(subject: Any, holding: list[Rule]) -> Line:
    found = strictest(holding, subject)
    if found is None:
        return Line(subject, "allowed", None, "", enforced=False)
    restriction, rule = found
    return Line(
        subject, restriction.to, rule, restriction.by, enforced=enforced(restriction)
    )


def _weight(line: Line) -> tuple[int, bool]:
    return ALLOWED.index(line.to), line.enforced


def _firing() -> dict[str, dict[str, datetime]]:
    """By SLO and severity, since when one of its alerts fires."""
    found: dict[str, dict[str, datetime]] = {}
    rows = AlertPeriod.objects.filter(ended_at=None).exclude(slo="")
    for slo, severity, fired in rows.values_list("slo", "severity", "fired_at"):
        known = found.setdefault(slo, {})
        known[severity] = min(fired, known.get(severity, fired))
    return found


def _since(
    rule: Rule, objective: Objective, firing: Mapping[str, datetime], past: _Past
) -> datetime | None:
    if rule.always:
        return None
    if rule.firing:
        return firing.get(rule.firing)
    return past.since(rule, objective)


class _Past:
    """What was left of the budgets, read out of the timeline."""

    def __init__(self, end: int) -> None:
        self._end = end

    def since(self, rule: Rule, objective: Objective) -> datetime | None:
        """The first moment of those until now in which it held; to a step of a step."""
        window = wall(objective.window, settings.CLOCK_SCALE)
        begin, length = self._end - window, window
        at = self._turned(rule, objective, begin, length)
        if at is None:
            return None
        step = max(1, length // STEPS)
        finer = self._turned(rule, objective, at - step, step)
        return lookup.moment((at if finer is None else finer) + 1)

    def _turned(
        self, rule: Rule, objective: Objective, begin: int, length: int
    ) -> int | None:
        """The first second of the last run of those in which it held; None: all of them."""
        step = max(1, length // STEPS)
        moments = list(range(begin, begin + length + 1, step))
        window = wall(objective.window, settings.CLOCK_SCALE)
        rows = lookup.at({*moments, *(at - window for at in moments)})
        if not rows:
            return None
        for before, after in zip(moments[-2::-1], moments[:0:-1], strict=True):
            counts = rows[before].counters.since(rows[before - window].counters)
            left = budget.budget(
                counts.bad_of(objective.name),
                counts.total,
                objective.budget,
                objective.window.total_seconds(),
            ).remaining_ratio
            if not rule.holds(left, ()):
                return after
        return None


def policy_json(now: PolicyNow) -> dict[str, Any]:
    return {
        "rules": [
            {
                "name": rule.name,
                "title": rule.title,
                "why": rule.why,
                "below": rule.threshold,
                "setting": rule.setting or None,
                "firing": rule.firing or None,
                "always": rule.always,
                "here": rule.here,
                "restricts": [
                    {
                        "subject": each.subject,
                        "to": each.to,
                        "by": each.by,
                        "enforced": enforced(each),
                    }
                    for each in rule.restricts
                ],
            }
            for rule in now.policy.rules
        ],
        "exceptions": [
            {"who": each.who, "may": each.may, "by": each.by}
            for each in now.policy.exceptions
        ],
        "slos": [
            {
                "slo": slo.objective.name,
                "budgetLeftRatio": slo.left,
                "holding": [
                    {
                        "rule": each.rule.name,
                        "since": each.since and timestamp(each.since),
                    }
                    for each in slo.held
                ],
                "now": [_line_json(line) for line in slo.lines],
            }
            for slo in now.slos
        ],
        "now": [_line_json(line) for line in now.lines],
        "faultsForbiddenBy": now.forbidden or None,
    }


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "subject": line.subject,
        "to": line.to,
        "rule": line.rule and line.rule.name,
        "by": line.by or None,
        "enforced": line.enforced,
    }
