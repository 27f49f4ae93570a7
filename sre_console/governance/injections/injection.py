"""One thing that somebody did to the service on purpose. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Kind = Literal["fault", "patterns", "game_day", "drill"]
KINDS: tuple[Kind, ...] = ("fault", "patterns", "game_day", "drill")
# Of the approval that a game day above the blast radius needs.
Consent = Literal["not_needed", "given", "waiting", "not_given"]
CONSENTS: tuple[Consent, ...] = ("not_needed", "given", "waiting", "not_given")


@dataclass(frozen=True, slots=True)
class SloEffect:
    """What it took from one error budget, as ratios of the whole budget."""

    slo: str
    bad: int
    spent: float | None  # all events: what alerts judge
    # without exercises; None: not known, also while a drill's fault is to be found
    spent_charged: float | None

    def json(self) -> dict[str, Any]:
        return {
            "slo": self.slo,
            "badEvents": self.bad,
            "budgetSpentRatio": self.spent,
            "budgetSpentWithoutExercises": self.spent_charged,
        }


@dataclass(frozen=True, slots=True)
class Effect:
    """What was measured while it was in force."""

    # To the service, in that time; None: nothing was counted then.
    requests: int | None
    failed: int | None  # of those, answered with 5xx, for whatever reason
    targeted: int  # of those that the faults aimed at
    errors: int  # injected
    delays: int
    dependency_errors: int
    slos: tuple[SloEffect, ...]
    alerts: tuple[str, ...]  # that fired in it
    incidents: tuple[int, ...]  # that opened in it, or that it caused
    coarse: bool = False  # measured from the thinned timeline: to the minute

    @property
    def injected(self) -> int:
        return self.errors + self.delays + self.dependency_errors

    @property
    def spent(self) -> float | None:
        """Of the budget that it cost most of."""
        known = [slo.spent for slo in self.slos if slo.spent is not None]
        return max(known, default=None)

    @property
    def felt(self) -> bool:
        """Whether anything came of it."""
        return self.injected > 0 or bool(self.alerts or self.incidents)

    def json(self) -> dict[str, Any]:
        return {
            "requests": self.requests,
            "failed": self.failed,
            "targeted": self.targeted,
            "injected": {
                "errors": self.errors,
                "delays": self.delays,
                "dependencyErrors": self.dependency_errors,
            },
            "slos": [slo.json() for slo in self.slos],
            "alerts": list(self.alerts),
            "incidents": list(self.incidents),
            "coarse": self.coarse,
        }


def effect_read(stored: Mapping[str, Any]) -> Effect:
    """Out of what `Effect.json` made."""
    injected = stored["injected"]
    return Effect(
        requests=stored["requests"],
        failed=stored["failed"],
        targeted=stored["targeted"],
        errors=injected["errors"],
        delays=injected["delays"],
        dependency_errors=injected["dependencyErrors"],
        slos=tuple(
            SloEffect(
                one["slo"],
                one["badEvents"],
                one["budgetSpentRatio"],
                one["budgetSpentWithoutExercises"],
            )
            for one in stored["slos"]
        ),
        alerts=tuple(stored["alerts"]),
        incidents=tuple(stored["incidents"]),
        coarse=stored["coarse"],
    )


@dataclass(frozen=True, slots=True)
class Injection:
    """All moments are wall time."""

    kind: Kind
    number: int  # version of the plan or the switch, id of the game day
    who: str
    what: str
    why: str
    began: datetime
    ended: datetime | None
    planned_end: datetime | None  # when it expires, or would have
    end: str  # expired, stopped, changed, lapsed, restored, finished, failed, stopped
    ended_by: str
    end_reason: str
    consent: Consent
    approved_by: str
    approved_at: datetime | None
    radius: (
        float | None
    )  # share of the requests that it may touch; None: does not apply
    game_day: int | None  # that it belongs to
    effect: Effect | None  # None: not told yet
    concealed: bool = False  # a drill that is to be found out

    @property
    def subject(self) -> str:
        """Of its entries in the audit log."""
        day = self.kind in {"game_day", "drill"}
        return f"game day {self.number}" if day else f"version {self.number}"
