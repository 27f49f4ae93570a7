"""What a span of time took from each error budget, in both ledgers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from sre_console.slo import budget, lookup
from sre_console.slo.counters import Counters
from sre_console.slo.objectives import Objective, objectives
from sre_console.slo.windows import wall


@dataclass(frozen=True, slots=True)
class Spent:
    """Of one SLO; shares are of the whole error budget, None where there is no history."""

    slo: str
    total: int  # events of the span
    bad: int
    exercise: int  # events of an exercise
    exercise_bad: int
    allowed: float | None  # bad events of a whole budget
    ratio: float | None  # all events
    ratio_charged: float | None  # without exercises: what a real month would be charged
    left: float | None  # at the end of the span; may be negative

    def json(self) -> dict[str, object]:
        return {
            "badEvents": self.bad,
            "exerciseBad": self.exercise_bad,
            "total": self.total,
            "exerciseTotal": self.exercise,
            "budgetEvents": self.allowed,
            "budgetSpentRatio": self.ratio,
            "budgetSpentWithoutExercises": self.ratio_charged,
            "budgetLeftRatio": self.left,
        }


@dataclass(frozen=True, slots=True)
class Spending:
    counts: Counters  # of the span
    slos: tuple[Spent, ...]


def spending(begin: float, until: float, *, scale: float | None = None) -> Spending:
    """Between two moments (epoch), from the timeline.

    Seconds are counted as a whole, so that nothing bad is lost; of the events in the first and
    the last one so many as fell within, at an even rate. Late samples move the counts: ask when
    the seconds are closed everywhere.
    """
    return spendings([(begin, until)], scale=scale)[0]


def spendings(
    spans: Sequence[tuple[float, float]], *, scale: float | None = None
) -> list[Spending]:
    """The same of several spans, in one look at the timeline."""
    scale = settings.CLOCK_SCALE if scale is None else scale
    moments: set[float] = set()
    for begin, until in spans:
        first, last = int(begin), int(until)
        moments |= {first - 1, first, last - 1, last}
        moments |= {last - wall(o.window, scale) for o in objectives()}
    rows = lookup.at(moments) if moments else {}
    return [_spending(begin, until, rows, scale) for begin, until in spans]


def _spending(
    begin: float, until: float, rows: Mapping[float, lookup.Row], scale: float
) -> Spending:
    if not rows:
        return Spending(Counters(), ())
    first, last = int(begin), int(until)
    begins = {o.name: last - wall(o.window, scale) for o in objectives()}
    end = rows[last].counters
    counts = end.since(rows[first - 1].counters)
    before = rows[first].counters.total - rows[first - 1].counters.total
    after = end.total - rows[last - 1].counters.total
    counts.total -= round(before * (begin - first) + after * (last + 1 - until))
    return Spending(
        counts,
        tuple(
            _spent(objective, counts, end, rows[begins[objective.name]], last, scale)
            for objective in objectives()
        ),
    )


def _spent(  # noqa: PLR0913, PLR0917
    objective: Objective,
    counts: Counters,
    end: Counters,
    origin: lookup.Row,
    last: int,
    scale: float,
) -> Spent:
    window = wall(objective.window, scale)
    period = end.since(origin.counters)
    # Before there is a whole window of history: as many events as one has at this rate.
    short = origin.second > last - window and period.covered > 0
    grown = window / period.covered if short else 1.0
    whole, charged = period.total * grown, (period.total - period.exercise) * grown
    bad, drilled = counts.bad.get(objective.name, (0, 0))
    b = objective.budget
    ledger = budget.budget(
        period.bad_of(objective.name),
        period.total,
        b,
        objective.window.total_seconds(),
    )
    return Spent(
        slo=objective.name,
        total=counts.total,
        bad=bad,
        exercise=counts.exercise,
        exercise_bad=drilled,
        allowed=round(b * whole, 6) if whole > 0 else None,
        # a whole window's burn rate is the share of its budget (SLO.md no. 6)
        ratio=budget.burn_rate(bad, whole, b),
        ratio_charged=budget.burn_rate(bad - drilled, charged, b),
        left=ledger.remaining_ratio,
    )
