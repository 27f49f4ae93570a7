"""What was promised and what was kept, over any period: per SLO, in both ledgers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from ironclad.clock import Clock, clock
from ironclad.envelope import timestamp
from ironclad.errors import FieldsInvalid
from sre_console.chaos.concealment import secret_in_force
from sre_console.incidents.severity import SEVERITIES
from sre_console.models import AlertPeriod, Incident
from sre_console.slo import budget, lookup
from sre_console.slo.counters import Counters
from sre_console.slo.objectives import Objective, objectives, period
from sre_console.slo.source import Source
from sre_console.slo.spans import span_counts

Json = dict[str, object]
INCIDENTS_MOST = 200
LONGEST = 400 * 86_400  # wall seconds
_DIGITS = len(str(LONGEST))
_FIRST, _LAST = 0, 32_503_680_000  # 1970 and 3000, in epoch seconds


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the events of the period say of one SLO."""

    total: int
    bad: int
    achieved: float | None  # ratio of good events; None: there were none
    kept: bool | None  # the promise
    spent_ratio: float | None  # of the error budget that these events allow
    known: bool = True  # else there is nothing to tell while a secret fault is in force


@dataclass(frozen=True, slots=True)
class SloKept:
    objective: Objective
    every: Ledger  # all events: what alerts judge
    charged: Ledger  # without exercises: what a real month would be charged
    pages: int  # firings of its burn-rate alerts
    tickets: int


@dataclass(frozen=True, slots=True)
class Noise:
    """How often one rule fired."""

    name: str
    slo: str
    severity: str
    fired: int
    silenced: int
    seconds: float  # that it fired, on average


@dataclass(frozen=True, slots=True)
class SlaReport:
    """All moments are wall time."""

    begin: datetime
    end: datetime
    covered: int  # wall seconds that hold data
    seeded: int  # events that were made up
    slos: tuple[SloKept, ...]
    incidents: tuple[Incident, ...]  # that were open in it, newest first
    noisy: tuple[Noise, ...]
    source: Source  # of the events

    @property
    def seconds(self) -> int:
        return int((self.end - self.begin).total_seconds())


def period_read(
    query: Mapping[str, str], *, by: Clock = clock
) -> tuple[datetime, datetime]:
    """`from` (RFC 3339) and `seconds`; without both, the SLOs' longest window up to now.

    Raises FieldsInvalid naming what is wrong.
    """
    window = period().total_seconds() / settings.CLOCK_SCALE
    sent, length = query.get("from"), query.get("seconds")
    problems: list[tuple[str | None, str]] = []
    seconds = window
    if length is not None:
        readable = length.isascii() and length.isdigit() and len(length) <= _DIGITS
        seconds = int(length) if readable else 0
        if not 1 <= seconds <= LONGEST:
            message = f"Send a whole number of seconds from 1 to {LONGEST}."
            problems.append(("seconds", message))
    begin = by.epoch() - seconds
    if sent is not None:
        begin = _epoch(sent, problems)
    if problems:
        raise FieldsInvalid(problems)
    start = lookup.moment(int(begin))
    return start, start + timedelta(seconds=int(seconds))


def _epoch(sent: str, problems: list[tuple[str | None, str]]) -> float:
    """Within the years in which anything can have been recorded."""
    try:
        moment = datetime.fromisoformat(sent)
        if moment.tzinfo is None:
            raise ValueError(sent)  # noqa: TRY301 - told like every other misspelling
        return min(max(moment.timestamp(), _FIRST), _LAST)
    except (ValueError, OverflowError):
        message = "Send a moment with its zone, as in 2026-01-31T12:00:00Z."
        problems.append(("from", message))
        return 0.0


def sla_report(begin: datetime, end: datetime, *, stored: bool = False) -> SlaReport:
    """A fixed number of look-ups, however long the period is.

    `stored` reads the timeline although PROMETHEUS_URL is set.
    """
    counts, source = span_counts(begin, end, stored=stored)
    apart = not secret_in_force()  # injected failures may be told from others
    fired = Q(fired_at__lt=end) & (Q(ended_at=None) | Q(ended_at__gt=begin))
    firings = list(AlertPeriod.objects.filter(fired).order_by("fired_at"))
    touching = Q(resolved_at=None) | Q(resolved_at__gt=begin)
    incidents = Incident.objects.filter(touching, opened_at__lt=end)
    return SlaReport(
        begin=begin,
        end=end,
        covered=counts.covered,
        seeded=counts.seeded,
        slos=tuple(
            _kept(objective, counts, firings, apart=apart) for objective in objectives()
        ),
        incidents=tuple(
            incidents.prefetch_related("alerts").order_by("-opened_at")[:INCIDENTS_MOST]
        ),
        noisy=tuple(_noise(firings, end)),
        source=source,
    )


def _kept(
    objective: Objective, counts: Counters, firings: list[AlertPeriod], *, apart: bool
) -> SloKept:
    bad, drilled = counts.bad.get(objective.name, (0, 0))
    mine = [row for row in firings if row.slo == objective.name]
    return SloKept(
        objective=objective,
        every=_ledger(objective, counts.total, bad),
        charged=_ledger(objective, counts.total - counts.exercise, bad - drilled)
        if apart
        else _UNKNOWN,
        pages=sum(row.severity == "page" for row in mine),
        tickets=sum(row.severity == "ticket" for row in mine),
    )


_UNKNOWN = Ledger(0, 0, None, None, None, known=False)


def _ledger(objective: Objective, total: int, bad: int) -> Ledger:
    figures = budget.budget(
        bad, total, objective.budget, objective.window.total_seconds()
    )
    left = figures.remaining_ratio
    return Ledger(
        total=total,
        bad=bad,
        achieved=1 - bad / total if total > 0 else None,
        # as a whole number of events: a ratio would be rounded
        kept=None if total <= 0 else bad <= figures.total,
        spent_ratio=None if left is None else 1 - left,
    )


def _noise(firings: list[AlertPeriod], end: datetime) -> list[Noise]:
    """Most firings first."""
    found: dict[tuple[str, str], list[AlertPeriod]] = {}
    for row in firings:
        found.setdefault((row.name, row.slo), []).append(row)
    noises = [
        Noise(
            name=name,
            slo=slo,
            severity=rows[-1].severity,
            fired=len(rows),
            silenced=sum(row.silenced for row in rows),
            seconds=sum(_lasted(row, end) for row in rows) / len(rows),
        )
        for (name, slo), rows in found.items()
    ]
    return sorted(
        noises, key=lambda n: (-n.fired, SEVERITIES.index(n.severity), n.name)
    )


def _lasted(row: AlertPeriod, end: datetime) -> float:
    return max(0.0, ((row.ended_at or end) - row.fired_at).total_seconds())


def sla_json(report: SlaReport) -> Json:
    return {
        "from": timestamp(report.begin),
        "to": timestamp(report.end),
        "coveredSeconds": report.covered,
        "seededEvents": report.seeded,
        "source": report.source.json(),
        "slos": [
            {
                "name": kept.objective.name,
                "description": kept.objective.description,
                "target": kept.objective.target,
                "allEvents": _ledger_json(kept.every),
                "withoutExercises": _ledger_json(kept.charged),
                "pages": kept.pages,
                "tickets": kept.tickets,
            }
            for kept in report.slos
        ],
        "incidents": [
            {
                "id": row.pk,
                "title": row.title,
                "severity": row.severity,
                "exercise": row.exercise,
                "openedAt": timestamp(row.opened_at),
                "resolvedAt": row.resolved_at and timestamp(row.resolved_at),
            }
            for row in report.incidents
        ],
        "rules": [
            {
                "name": noise.name,
                "slo": noise.slo or None,
                "severity": noise.severity,
                "fired": noise.fired,
                "silenced": noise.silenced,
                "averageSeconds": noise.seconds,
            }
            for noise in report.noisy
        ],
    }


def _ledger_json(ledger: Ledger) -> Json:
    return {
        "total": ledger.total if ledger.known else None,
        "bad": ledger.bad if ledger.known else None,
        "achieved": ledger.achieved,
        "kept": ledger.kept,
        "budgetSpentRatio": ledger.spent_ratio,
    }
