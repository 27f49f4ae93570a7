"""What injections really did: from the timeline, the tallies, the alerts and the incidents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, Sum

from sre_console.gamedays.outcome.spending import Spent, spendings
from sre_console.governance.injections.injection import Effect, SloEffect
from sre_console.models import AlertPeriod, FaultTally, Incident
from sre_console.slo.pruning import FINE, grid

_COUNTS = ("requests", "errors", "delays", "dependency_errors")
NONE = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Span:
    """When something was in force; `versions` of the fault plan are those that were its own."""

    key: tuple[str, int]
    begin: datetime
    end: datetime
    versions: tuple[int, ...] = ()
    apart: bool = True  # whether what was injected may be told from the rest


def measured(spans: Sequence[Span], *, now: datetime) -> dict[tuple[str, int], Effect]:
    """In a fixed number of queries, however many there are."""
    if not spans:
        return {}
    found = spendings([(s.begin.timestamp(), s.end.timestamp()) for s in spans])
    tallies = _tallies([version for span in spans for version in span.versions])
    alerts, incidents = _alerts(spans), _incidents(spans)
    effects = {}
    for span, spent in zip(spans, found, strict=True):
        sums = [tallies.get(version, NONE) for version in span.versions]
        counts = [sum(column) for column in zip(*sums, strict=True)] or NONE
        seen = spent.counts.covered > 0
        effects[span.key] = Effect(
            requests=max(0, spent.counts.total) if seen else None,
            failed=spent.counts.failed if seen else None,
            targeted=counts[0],
            errors=counts[1],
            delays=counts[2],
            dependency_errors=counts[3],
            slos=tuple(_slo(each, seen=seen, apart=span.apart) for each in spent.slos),
            alerts=tuple(name for name, at in alerts if span.begin <= at <= span.end),
            incidents=tuple(
                number
                for number, opened, version in incidents
                if span.begin <= opened <= span.end or version in span.versions
            ),
            coarse=_coarse(span, now),
        )
    return effects


def _coarse(span: Span, now: datetime) -> bool:
    old = (now - span.begin).total_seconds() > FINE
    return old and grid(settings.CLOCK_SCALE) > 1


def _slo(spent: Spent, *, seen: bool, apart: bool) -> SloEffect:
    charged = spent.ratio_charged if seen and apart else None
    return SloEffect(spent.slo, spent.bad, spent.ratio if seen else None, charged)


def _tallies(versions: Sequence[int]) -> Mapping[int, tuple[int, ...]]:
    rows = FaultTally.objects.filter(version__in=versions).values("version")
    sums = rows.annotate(**{f"all_{name}": Sum(name) for name in _COUNTS})
    return {
        row["version"]: tuple(row[f"all_{name}"] or 0 for name in _COUNTS)
        for row in sums
    }


def _alerts(spans: Sequence[Span]) -> list[tuple[str, datetime]]:
    within = Q()
    for span in spans:
        within |= Q(fired_at__range=(span.begin, span.end))
    rows = AlertPeriod.objects.filter(within).order_by("fired_at", "id")
    return [
        (f"{name} ({slo})" if slo else name, at)
        for name, slo, at in rows.values_list("name", "slo", "fired_at")
    ]


def _incidents(spans: Sequence[Span]) -> list[tuple[int, datetime, int | None]]:
    within = Q()
    for span in spans:
        within |= Q(opened_at__range=(span.begin, span.end))
        if span.versions:
            within |= Q(fault_version__in=span.versions)
    rows = Incident.objects.filter(within).order_by("opened_at", "id")
    return list(rows.values_list("pk", "opened_at", "fault_version"))
