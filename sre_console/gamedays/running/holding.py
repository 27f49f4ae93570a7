"""The faults of a run: put in force, renewed while the run goes on, and given back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sre_console.audit.actor import Actor
from sre_console.chaos.allowance import dealt
from sre_console.chaos.holding import HOLD, plan_hold, plan_release, plan_renew
from sre_console.chaos.plan import FaultSpec
from sre_console.chaos.rows import fields_of, spec_of
from sre_console.chaos.selectors import (
    REPLICA_SILENT,
    allowance_spent,
    allowance_spent_out,
)
from sre_console.gamedays.course.course import Course
from sre_console.gamedays.course.guardrails import Limits
from sre_console.models import FaultPlan, GameDay, Replica
from sre_console.slo import lookup

RENEW_AT = HOLD - 15.0  # seconds left of the lease


def holder_of(game_day: GameDay) -> str:
    """The name under which a run holds the plan, and its allowance is counted."""
    return f"game-day-{game_day.pk}"


def actor_of(game_day: GameDay) -> Actor:
    """Who set it going, through Ironclad's own hands."""
    told = f"game day {game_day.pk}"
    return Actor(name=game_day.started_by, role="system", via=told)


@dataclass(slots=True)
class Hold:
    """One run's hold of the fault plan; used inside the transaction of a turn.

    What a turn looks at more than once is read once, until the turn changes it.
    """

    game_day: GameDay
    course: Course
    limits: Limits
    at: float  # epoch
    _row: FaultPlan | None = field(default=None, init=False)
    _spent: Mapping[str, Mapping[str, int]] | None = field(default=None, init=False)

    @property
    def _holder(self) -> str:
        return holder_of(self.game_day)

    def put(self, spec: FaultSpec) -> int:
        """These faults from now on, with what is left of the allowance; the new version."""
        if spec.pacing == "random" and spec.seed is None:
            spec = replace(spec, seed=self.game_day.seed)
        allowance = None
        if self.limits.allowed:
            limits = {slo: max(0, most) for slo, most in self.limits.allowed.items()}
            spent = allowance_spent(self._holder)
            allowance = dealt(self._holder, limits, spent, self._alive())
        plan = plan_hold(
            holder=self._holder,
            title=self.game_day.title,
            spec=spec if spec.active else None,
            reason=f"game day {self.game_day.pk}: {self.game_day.title}"[:500],
            actor=actor_of(self.game_day),
            allowance=allowance,
            concealed=self.game_day.drill,
        )
        self._row = self._spent = None
        self.course.version = plan.version
        self.course.spec = _stored(spec) if spec.active else {}
        return plan.version

    def put_again(self) -> int:
        """The faults in force once more, with shares for those who have joined."""
        return self.put(spec_of(FaultPlan.objects.get(id=1)))

    def lost(self) -> str:
        """Why its faults are no longer what it put in force; empty: they are."""
        if self.course.version is None:
            return ""
        row = self._plan()
        if row is None or row.holder != self._holder:
            return "the fault plan was taken from it"
        if self.course.spec and not row.enabled:  # a replica's lease has lapsed, say
            return "its faults ended by themselves"
        if row.version != self.course.version:
            return "its faults were changed by somebody else"
        return ""

    def renew(self) -> bool:
        """Keep the lease up; whether it still was its own."""
        if self.course.version is None:
            return True
        row = self._plan()
        until = None if row is None else row.held_until
        if until is not None and until.timestamp() - self.at > RENEW_AT:
            return True
        self._row = None
        return plan_renew(holder=self._holder, version=self.course.version)

    def uneven(self) -> bool:
        """Whether what is left of the allowance is to be dealt anew.

        Because a replica lives that has no share, or none that lives has any of its share left
        while one that is gone has not used up its own: else nothing more would be injected.
        """
        if not self.limits.allowed or not self.course.spec:
            return False
        row = self._plan()
        shares = ((row and row.allowance) or {}).get("shares", {})
        alive, spent = set(self._alive()), self._costs()
        if not alive <= set(shares):
            return True
        out = allowance_spent_out(self._holder, self.course.version)
        left = min(
            most - sum(by_slo.get(slo, 0) for by_slo in spent.values())
            for slo, most in self.limits.allowed.items()
        )
        return bool(alive) and alive <= out and left >= len(alive)

    def spent(self) -> tuple[Mapping[str, Mapping[str, int]], set[str]]:
        """Bad events it caused by replica and SLO, and the replicas whose share is used up."""
        return self._costs(), allowance_spent_out(self._holder)

    def release(self) -> None:
        if self.course.version is not None:
            plan_release(holder=self._holder, actor=actor_of(self.game_day))
            self._row = None

    def _plan(self) -> FaultPlan | None:
        if self._row is None:
            self._row = FaultPlan.objects.filter(id=1).first()
        return self._row

    def _costs(self) -> Mapping[str, Mapping[str, int]]:
        if self._spent is None:
            self._spent = allowance_spent(self._holder)
        return self._spent

    def _alive(self) -> list[str]:
        seen_after = lookup.moment(self.at) - REPLICA_SILENT
        rows = Replica.objects.filter(seen_at__gt=seen_after).order_by("started_at")
        return [str(each) for each in rows.values_list("id", flat=True)]


def _stored(spec: FaultSpec) -> dict[str, Any]:
    return dict(fields_of(spec))
