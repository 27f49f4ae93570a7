"""What a run came to, measured: events, budgets, alerts, rates, and how long things took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q, Sum

from sre_console.chaos.selectors import periods
from sre_console.gamedays.outcome import timing
from sre_console.gamedays.outcome.differences import Ran, differences
from sre_console.gamedays.outcome.links import incidents_of
from sre_console.gamedays.outcome.recorded import (
    began_of,
    scenario_of,
    steps_of,
    versions_of,
)
from sre_console.gamedays.outcome.spending import Spending, spending
from sre_console.gamedays.outcome.timing import Began, Fired, Injected, Opened, Times
from sre_console.gamedays.scenarios.scenario import Scenario
from sre_console.models import (
    AlertPeriod,
    BreakerTransition,
    FaultPeriod,
    FaultTally,
    GameDay,
    Incident,
)
from sre_console.resilience.periods import pattern_periods

_MOST = 200  # firings, plan versions
_DIGITS = 3  # of a second
_AT_ONCE = timedelta(seconds=2)

Json = dict[str, object]


def outcome_read(game_day: GameDay, *, until: datetime) -> Json:
    """From the start up to `until`, in the words of the forecast; durations in wall seconds.

    Ask again when the second of `until` is closed: until then a part of it is missing. When
    every alert that fired has cleared, nothing of it changes any more.
    """
    began = began_of(game_day)
    seconds = (until - began).total_seconds()
    spent = spending(began.timestamp(), until.timestamp(), scale=game_day.scale)
    steps, versions = steps_of(game_day), versions_of(game_day)
    rows = _fired(began, until)
    scenario = scenario_of(game_day)
    worst = max(spent.slos, key=lambda each: each.ratio or 0.0, default=None)
    found = _times(game_day, scenario, rows, versions)
    return {
        "seconds": round(seconds, _DIGITS),
        "until": until.timestamp(),
        "totalEvents": spent.counts.total,
        "rate": _rate(spent, seconds),
        "worst": worst.slo if worst else None,
        "badEvents": worst.bad if worst else 0,
        "budgetSpentRatio": worst.ratio if worst else None,
        "bySlo": {each.slo: each.json() for each in spent.slos},
        "alerts": [_alert(row, began, steps) for row in rows],
        "achieved": _achieved(versions),
        "ttd": _rounded(found.detect),
        "ttm": _rounded(found.mitigate),
        "ttr": _rounded(found.resolve),
        "alertsCleared": all(row.ended_at is not None for row in rows),
        "incidents": [row.pk for row in incidents_of(game_day)],
        "differences": [
            each.json()
            for each in differences(
                game_day.forecast, _ran(game_day, began, until, spent, versions)
            )
        ],
    }


def _rate(spent: Spending, seconds: float) -> float | None:
    """Requests a second, where every second was counted."""
    covered = min(seconds, spent.counts.covered)
    return round(spent.counts.total / covered, _DIGITS) if covered > 0 else None


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, _DIGITS)


def _fired(began: datetime, until: datetime) -> list[AlertPeriod]:
    """In the order they fired."""
    rows = AlertPeriod.objects.filter(fired_at__gte=began, fired_at__lte=until)
    return list(rows.order_by("fired_at", "id")[:_MOST])


def _alert(row: AlertPeriod, began: datetime, steps: Sequence[Began]) -> Json:
    at = row.fired_at.timestamp()
    step = timing.step_at(steps, at)
    ended = None if row.ended_at is None else (row.ended_at - began).total_seconds()
    return {
        "name": row.name,
        "slo": row.slo or None,
        "severity": row.severity,
        "firedAfter": round(at - began.timestamp(), _DIGITS),
        "step": None if step is None else step.step,
        "sinceStep": None if step is None else round(at - step.at, _DIGITS),
        "clearedAfter": _rounded(ended),
    }


def _achieved(versions: Mapping[int, int | None]) -> list[Json]:
    """What was injected in each step, of the requests that its faults were meant for."""
    names = ("requests", "errors", "delays", "dependency_errors")
    tallies = FaultTally.objects.filter(version__in=list(versions)[:_MOST])
    sums: dict[int, dict[str, int]] = {}
    for row in tallies.values("version").annotate(
        **{f"n_{name}": Sum(name) for name in names}
    ):
        step = versions[row["version"]]
        if step is not None:
            mine = sums.setdefault(step, dict.fromkeys(names, 0))
            for name in names:
                mine[name] += row[f"n_{name}"]
    return [
        {
            "step": step,
            "requests": n["requests"],
            "errors": n["errors"],
            "errorRate": n["errors"] / n["requests"] if n["requests"] else None,
            "delayed": n["delays"] / n["requests"] if n["requests"] else None,
            "dependencyErrors": n["dependency_errors"],
        }
        for step, n in sorted(sums.items())
    ]


def _times(
    game_day: GameDay,
    scenario: Scenario,
    rows: Iterable[AlertPeriod],
    versions: Mapping[int, int | None],
) -> Times:
    faults = _injected(versions)
    fired = [
        Fired(
            at=row.fired_at.timestamp(),
            severity=row.severity,
            expected=scenario.expected(row.name, row.slo or None),
            ended=row.ended_at.timestamp() if row.ended_at else None,
        )
        for row in rows
    ]
    opened = [
        Opened(
            at=row.opened_at.timestamp(),
            mitigated=row.mitigated_at.timestamp() if row.mitigated_at else None,
        )
        for row in incidents_of(game_day)
        if _expected(scenario, row)
    ]
    return timing.times(faults, fired, opened)


def _injected(versions: Mapping[int, int | None]) -> list[Injected]:
    """Each version of its faults; one that another one took the place of did not end them."""
    rows = list(FaultPeriod.objects.filter(version__in=list(versions)[:_MOST]))
    ends = [row.ended_at for row in rows if row.ended_at is not None]
    went_on = set(
        FaultPeriod.objects.filter(began_at__in=ends).values_list("began_at", flat=True)
    )
    return [
        Injected(
            at=row.began_at.timestamp(),
            step=versions[row.version],
            ended=None
            if row.ended_at is None or row.ended_at in went_on
            else row.ended_at.timestamp(),
        )
        for row in rows
    ]


def _expected(scenario: Scenario, incident: Incident) -> bool:
    alerts = incident.alerts.all()
    return any(scenario.expected(each.name, each.slo or None) for each in alerts)


def _ran(
    game_day: GameDay,
    began: datetime,
    until: datetime,
    spent: Spending,
    versions: Mapping[int, int | None],
) -> Ran:
    others = [
        band.version
        for band in periods(began, until, _MOST)
        if band.version not in versions
        # what its own faults took the place of is over at once
        and (band.ended is None or band.ended - began > _AT_ONCE)
    ]
    off = [name for row in pattern_periods(began, until) for name in row.off]
    opened = Q(at__gte=began, at__lte=until, after="open")
    return Ran(
        seconds=(until - began).total_seconds(),
        rate=_rate(spent, (until - began).total_seconds()),
        bad={each.slo: each.bad for each in spent.slos},
        real_bad={each.slo: each.bad - each.exercise_bad for each in spent.slos},
        over=game_day.state in {"running", "finished"},
        speed=game_day.speed,
        interruptions=list(_interruptions(game_day)),
        patterns_off=sorted(set(off)),
        breaker_opened=BreakerTransition.objects.filter(opened).count(),
        other_plans=sorted(others),
    )


def _interruptions(game_day: GameDay) -> Iterable[float]:
    """How many seconds nobody directed it, each time."""
    for row in game_day.events.filter(kind="interrupted").order_by("at", "id"):
        seconds = row.detail.get("seconds")
        yield float(seconds) if isinstance(seconds, int | float) else 0.0
