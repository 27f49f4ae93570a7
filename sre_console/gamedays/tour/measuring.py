"""What a lesson's run has really done: from the timeline, the alerts and the breakers."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from sre_console.gamedays.tour.expected import (
    PERCENT,
    Answer,
    Installation,
    PageRule,
    expected,
    paged,
)
from sre_console.gamedays.tour.lessons import FAST, SLOW, Lesson
from sre_console.incidents.catalogue import catalogue
from sre_console.incidents.rules import Burn
from sre_console.models import (
    AlertPeriod,
    BreakerTransition,
    FaultPeriod,
    Incident,
)
from sre_console.slo import budget, lookup
from sre_console.slo.counters import Counters
from sre_console.slo.curve import judged
from sre_console.slo.selectors import slo_standings
from sre_console.slo.windows import WINDOWS, wall

SETTLES = timedelta(seconds=3)  # until the timeline holds what was under way at the end
_RECENT = 10  # wall seconds that the traffic is looked at
_SHORT = 0.8  # of the planned time: less, and there is nothing to compare
# Wall seconds after the fault in which a breaker may still open, or an incident.
_LATE = timedelta(seconds=5)

Json = dict[str, object]


def installation() -> Installation:
    """The numbers of this moment."""
    objective = judged()
    standing = slo_standings().of(objective.name)
    pages = [(rule.name, rule.condition) for rule in catalogue().rules
             if rule.slo == objective.name and rule.severity == "page"]  # fmt: skip
    burns = [(name, c) for name, c in pages if isinstance(c, Burn)]
    return Installation(
        scale=settings.CLOCK_SCALE,
        b=objective.budget,
        period=objective.window.total_seconds(),
        rate=_rate(),
        allowed=standing.all_events.total,
        left=standing.all_events.remaining_ratio,
        rules=tuple(
            PageRule(name, c.threshold, WINDOWS[c.long].total_seconds())
            for name, c in burns
        ),
        breaker_open=settings.BREAKER_OPEN,
        breaker_failures=settings.BREAKER_FAILURES,
        carried={name: standing.burns[c.long] or 0.0 for name, c in burns},
    )


def _rate() -> float:
    """Requests a wall second, lately."""
    newest = lookup.newest()
    if newest is None:
        return 0.0
    before = lookup.at([newest.second - _RECENT])[newest.second - _RECENT]
    seen = newest.counters.since(before.counters)
    return seen.total / max(seen.covered, 1)


def settled(lesson: Lesson, run: FaultPeriod, now: datetime) -> bool:
    """Whether everything that the lesson looks at has happened."""
    if run.ended_at is None or now < run.ended_at + SETTLES:
        return False
    if lesson.name != "circuit-breaker":
        return True
    opened, closed = _outage(run)
    if opened is None:
        return now > run.ended_at + _LATE
    patience = timedelta(seconds=2 * settings.BREAKER_OPEN + lesson.holds)
    return closed is not None or now > run.ended_at + patience


def measured(lesson: Lesson, run: FaultPeriod, here: Installation) -> Json:
    """The answer, what the formula says, and the figures that it is made of."""
    assert run.ended_at is not None  # noqa: S101 - it has settled
    lasted = (run.ended_at - run.began_at).total_seconds()
    counts = _counts(run.began_at, run.ended_at + SETTLES)
    inside = _whole_seconds(run.began_at, run.ended_at)
    slo = judged().name
    fast, slow = (_fired(name, run) for name in (FAST, SLOW))
    opened, closed = _outage(run)
    value: Answer = None
    cut = lasted < _SHORT * lesson.wall(here.scale)
    if lesson.name == "error-budget" and here.allowed > 0:
        value = PERCENT * counts.bad_of(slo) / here.allowed
    elif lesson.name == "burn-rate":
        value = budget.burn_rate(inside.bad_of(slo), inside.total, here.b)
    elif lesson.name == "slow-page":
        cut = fast is None and slow is None
        value = None if cut else paged(fast, slow)
    elif lesson.name == "circuit-breaker" and opened and closed:
        cut, value = False, (closed - opened).total_seconds()
    elif lesson.name == "post-mortem":
        cut, value = fast is None, fast
    return {
        "value": value,
        "expected": expected(
            lesson, _before(here, run), lasted if not lesson.until else None
        ),
        "cut": cut,
        "lasted": lasted,
        "bad": counts.bad_of(slo),
        "inside": [inside.bad_of(slo), inside.total],
        "fast": fast,
        "slow": slow,
        "allowed": here.allowed,
        "rate": here.rate,
        "calls": counts.work.get("calls", 0),
        "refused": counts.work.get("breaker", 0),
        "incident": _incident(run),
    }


def computed(lesson: Lesson, here: Installation) -> Json:
    """The answer where the lesson does not run."""
    return {
        "value": None,
        "expected": expected(lesson, here),
        "cut": False,
        "allowed": here.allowed,
        "rate": here.rate,
    }


def _before(here: Installation, run: FaultPeriod) -> Installation:
    """The same with the burn that the windows held as the fault began."""
    last = int(run.began_at.timestamp()) - 1
    spans = {rule.name: wall(timedelta(seconds=rule.window), here.scale)
             for rule in here.rules}  # fmt: skip
    rows = lookup.at({last, *(last - span for span in spans.values())})
    slo, carried = judged().name, {}
    for name, span in spans.items() if rows else ():
        held = rows[last].counters.since(rows[last - span].counters)
        burn = budget.burn_rate(held.bad_of(slo), held.total, here.b)
        carried[name] = burn or 0.0
    return replace(here, carried=carried)


def _counts(begin: datetime, end: datetime) -> Counters:
    """Every second that the span touches."""
    first, last = int(begin.timestamp()), int(end.timestamp())
    rows = lookup.at({first - 1, last}, whole=True)
    return rows[last].counters.since(rows[first - 1].counters) if rows else Counters()


def _whole_seconds(begin: datetime, end: datetime) -> Counters:
    """Only the seconds that lie within the span altogether."""
    first, last = math.ceil(begin.timestamp()), int(end.timestamp()) - 1
    rows = lookup.at({first - 1, last}) if last >= first else {}
    return rows[last].counters.since(rows[first - 1].counters) if rows else Counters()


def _fired(name: str, run: FaultPeriod) -> float | None:
    """Wall seconds from the fault's beginning until the alert fired."""
    assert run.ended_at is not None  # noqa: S101 - for the types
    row = AlertPeriod.objects.filter(
        name=name,
        slo=judged().name,
        fired_at__gte=run.began_at,
        fired_at__lte=run.ended_at + _LATE,
    ).first()
    return None if row is None else (row.fired_at - run.began_at).total_seconds()


def _outage(run: FaultPeriod) -> tuple[datetime | None, datetime | None]:
    """When the first breaker opened during the fault, and the last one closed again."""
    until = (run.ended_at or run.expires_at) + _LATE
    rows = BreakerTransition.objects.filter(at__gte=run.began_at).order_by("at")
    opened = rows.filter(after="open", at__lte=until)
    first = opened.first()
    if first is None:
        return None, None
    replicas = set(opened.values_list("replica", "name"))
    ends = []
    for replica, name in replicas:
        theirs = rows.filter(replica=replica, name=name, at__gt=first.at)
        end = theirs.filter(after="closed").first()
        if end is None:
            return first.at, None
        ends.append(end.at)
    return first.at, max(ends)


def _incident(run: FaultPeriod) -> int | None:
    """The incident that the run has opened, or has joined."""
    assert run.ended_at is not None  # noqa: S101 - for the types
    during = Q(opened_at__lte=run.ended_at + _LATE) & (
        Q(resolved_at=None) | Q(resolved_at__gte=run.began_at)
    )
    row = Incident.objects.filter(during).order_by("-opened_at").first()
    return None if row is None else row.pk
