"""Where a person is in the tour, and in one of its lessons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.contrib.auth.models import User

from ironclad.errors import NotFound
from ironclad.resilience.patterns import Pattern
from sre_console.access.matrix import permitted
from sre_console.chaos.rows import database_now, spec_of
from sre_console.chaos.selectors import plan_read
from sre_console.gamedays.tour.expected import Installation
from sre_console.gamedays.tour.lessons import (
    LEAST_RATE,
    LESSONS,
    LONGEST,
    Lesson,
    lesson,
)
from sre_console.gamedays.tour.measuring import installation, settled
from sre_console.models import AlertPeriod, FaultPeriod, TourProgress
from sre_console.models.tour import INVITATION
from sre_console.resilience.selectors import switch_read
from sre_console.slo.curve import judged

# ask: nothing is predicted; ready: it may be done; stuck: it may not, yet; computed: it
# can't be done here; running; settling: the fault is over; over: to be measured; told.
Stage = Literal[
    "ask", "ready", "stuck", "computed", "running", "settling", "over", "told"
]
# Why a lesson does not run: for good where it is computed, for now where it is stuck.
Why = Literal["", "forbidden", "viewer", "long", "busy", "traffic", "pattern", "full"]


@dataclass(frozen=True, slots=True)
class LessonState:
    lesson: Lesson
    stage: Stage
    row: TourProgress  # not stored where nothing was predicted
    here: Installation
    now: datetime  # the database's
    why: Why = ""
    run: FaultPeriod | None = None
    reached: bool = False  # what ends its fault earlier has come

    @property
    def remaining(self) -> float:
        """Wall seconds until its fault ends by itself."""
        if self.run is None or self.stage != "running":
            return 0.0
        return max(0.0, (self.run.expires_at - self.now).total_seconds())


def lesson_state(user: User, number: int, *, role: str) -> LessonState:
    found = lesson(number)
    if found is None:
        raise NotFound
    row = TourProgress.objects.filter(user=user, lesson=number).first()
    row = row or TourProgress(user=user, lesson=number)
    here, now = installation(), database_now()
    if row.predicted_at is None:
        return LessonState(found, "ask", row, here, now)
    if row.answer:
        return LessonState(found, "told", row, here, now, run=_stored(row))
    run = _stored(row) or _adopted(found, row.predicted_at)
    if run is not None:
        return _running(found, row, run, here, now)
    if never := _never(found, here, role=role):
        return LessonState(found, "computed", row, here, now, why=never)
    later = _later(found, here)
    stage: Stage = "stuck" if later else "ready"
    return LessonState(found, stage, row, here, now, why=later)


def _running(
    found: Lesson,
    row: TourProgress,
    run: FaultPeriod,
    here: Installation,
    now: datetime,
) -> LessonState:
    if run.ended_at is None and run.expires_at <= now:
        run.ended_at = run.expires_at  # that nobody has written down yet
    stage: Stage = "running"
    if run.ended_at is not None:
        stage = "over" if settled(found, run, now) else "settling"
    reached = bool(found.until) and AlertPeriod.objects.filter(
        name=found.until, slo=judged().name, fired_at__gte=run.began_at
    ).exists()  # fmt: skip
    return LessonState(found, stage, row, here, now, run=run, reached=reached)


def _stored(row: TourProgress) -> FaultPeriod | None:
    if row.version is None:
        return None
    return FaultPeriod.objects.filter(version=row.version).first()


def _adopted(found: Lesson, since: datetime) -> FaultPeriod | None:
    """The same fault set by a slider since the prediction, whoever moved it."""
    rows = FaultPeriod.objects.filter(began_at__gte=since, concealed=False)
    rows = rows.order_by("version")
    return next((row for row in rows[:50] if found.matches(spec_of(row))), None)


def _never(found: Lesson, here: Installation, *, role: str) -> Why:
    if not settings.CHAOS_ALLOWED:
        return "forbidden"
    if found.wall(here.scale) > LONGEST:
        return "long"
    return "" if permitted("tour.run", role) else "viewer"


def _later(found: Lesson, here: Installation) -> Why:
    plan, _remaining = plan_read()
    if plan.enabled and plan.spec.active:
        return "busy"
    switch, _left = switch_read()
    if found.name == "circuit-breaker" and _BREAKER in switch.off:
        return "pattern"
    if here.rate < LEAST_RATE:
        return "traffic"
    return "full" if found.until and _pages_already(here) else ""


def _pages_already(here: Installation) -> bool:
    """Whether what is past pages now: then nothing can be told of the next fault."""
    names = [rule.name for rule in here.rules]
    over = any(here.carried.get(r.name, 0.0) > r.threshold for r in here.rules)
    open_ = AlertPeriod.objects.filter(
        name__in=names, slo=judged().name, ended_at=None
    ).exists()  # fmt: skip
    return over or open_


_BREAKER: Pattern = "breaker"


def tour_done(user: User) -> Mapping[int, TourProgress]:
    """What is stored of each lesson, by its number."""
    rows = TourProgress.objects.filter(user=user).exclude(lesson=INVITATION)
    return {row.lesson: row for row in rows}


def tour_next(user: User) -> int:
    """The first lesson that is not done, or else the first."""
    done = {n for n, row in tour_done(user).items() if row.done_at is not None}
    return next((each.number for each in LESSONS if each.number not in done), 1)


def tour_offered(user: User) -> bool:
    """Whether to offer the tour: who has neither begun nor declined it."""
    return not TourProgress.objects.filter(user=user).exists()
