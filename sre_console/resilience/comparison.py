"""Two recorded intervals side by side: what the service's users and its database felt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from ironclad.clock import Clock, clock
from ironclad.envelope import timestamp
from ironclad.errors import FieldsInvalid
from sre_console.slo import lookup
from sre_console.slo.counters import Counters
from sre_console.slo.histogram import quantile
from sre_console.slo.objectives import objectives
from sre_console.slo.standings import Standings, standings

LONGEST = 30 * 86_400  # wall seconds
_DIGITS = len(str(LONGEST))
# From 1970 to 3000: nothing was recorded outside, and no arithmetic leaves the calendar.
_FIRST, _LAST = 0, 32_503_680_000


@dataclass(frozen=True, slots=True)
class Span:
    """Whole seconds: from the start of the first to the end of the last."""

    begin: int  # epoch
    end: int  # epoch, not included


def span_read(began: str, seconds: str, *, field: str) -> Span:
    """A moment (RFC 3339) and whole seconds; `field` begins the names of the two.

    Raises FieldsInvalid naming what is wrong.
    """
    problems: list[tuple[str | None, str]] = []
    begin = length = 0
    try:
        moment = datetime.fromisoformat(began)
        if moment.tzinfo is None:
            raise ValueError(began)  # noqa: TRY301 - told like every other misspelling
        begin = min(max(int(moment.timestamp()), _FIRST), _LAST)
    except (ValueError, OverflowError):
        message = "Send a moment with its zone, as in 2026-01-31T12:00:00Z."
        problems.append((f"{field}From", message))
    if seconds.isascii() and seconds.isdigit() and len(seconds) <= _DIGITS:
        length = int(seconds)
    if not 1 <= length <= LONGEST:
        message = f"Send a whole number of seconds from 1 to {LONGEST}."
        problems.append((f"{field}Seconds", message))
    if problems:
        raise FieldsInvalid(problems)
    return Span(begin, begin + length)


def comparison(a: Span, b: Span, *, by: Clock = clock) -> dict[str, object]:
    now = standings(objectives(), now=by.epoch(), scale=settings.CLOCK_SCALE)
    ends = {span: (span.begin - 1, span.end - 1) for span in (a, b)}
    rows = lookup.at({second for pair in ends.values() for second in pair}, whole=True)

    def between(span: Span) -> Counters:
        first, last = (rows.get(second) for second in ends[span])
        return last.counters.since(first.counters) if first and last else Counters()

    return {
        "a": _measured(a, between(a), now),
        "b": _measured(b, between(b), now),
    }


def _measured(span: Span, counts: Counters, now: Standings) -> dict[str, object]:
    total = counts.total - counts.seeded  # what was made up was not measured
    calls, covered = counts.work.get("calls", 0), counts.covered
    return {
        "from": timestamp(lookup.moment(span.begin)),
        "to": timestamp(lookup.moment(span.end)),
        "seconds": span.end - span.begin,
        "covered": covered,
        "requests": total,
        "errorRate": counts.failed / total if total else None,
        "p50": quantile(counts.histogram, 0.50),
        "p95": quantile(counts.histogram, 0.95),
        "p99": quantile(counts.histogram, 0.99),
        "calls": calls,
        "callsPerSecond": calls / covered if covered else None,
        "callsPerRequest": calls / total if total else None,
        "retries": counts.work.get("retries", 0),
        "refused": {
            pattern: counts.work.get(pattern, 0)
            for pattern in ("breaker", "bulkhead", "deadline")
        },
        "degraded": counts.work.get("degraded", 0),
        "budgetSpent": _spent(counts, now) if total else {},
    }


def _spent(counts: Counters, now: Standings) -> dict[str, float | None]:
    """Bad events of the interval, as shares of the budgets that there are now."""
    return {
        each.objective.name: counts.bad_of(each.objective.name) / each.all_events.total
        if each.all_events.total
        else None
        for each in now.slos
    }
