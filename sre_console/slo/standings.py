"""Where each SLO stands now: its budget in both ledgers and its burn rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sre_console.slo import budget, lookup
from sre_console.slo.counters import LIMITED, LIMITED_TRAFFIC, Counters
from sre_console.slo.objectives import Objective
from sre_console.slo.promql import duration
from sre_console.slo.recorded import Recorded
from sre_console.slo.source import PROMETHEUS, TIMELINE, Source
from sre_console.slo.windows import WINDOWS, wall

# The newest row stands for "now" while the evaluator keeps up; after that the windows move on
# without it, so that an old burn is not shown as today's.
FRESH = 5.0  # wall seconds


@dataclass(frozen=True, slots=True)
class Standing:
    objective: Objective
    counts: Counters  # of the whole SLO period
    all_events: budget.Budget
    without_exercises: budget.Budget
    burns: Mapping[str, float | None]  # by window name
    seeded: tuple[datetime, datetime] | None  # first and last second
    exhausts_in: float | None  # wall seconds, for each ledger
    exhausts_in_without: float | None
    works: bool = True  # `counts` know what limits refused

    @property
    def current(self) -> float | None:
        """The ratio of good events in the period."""
        total = self.counts.total
        return 1 - self.all_events.consumed / total if total else None

    @property
    def limited(self) -> int | None:
        """Requests that rate limits refused in the period; None where nobody counted."""
        return self._work(LIMITED)

    @property
    def limited_traffic(self) -> int | None:
        """Those of the built-in traffic among them."""
        return self._work(LIMITED_TRAFFIC)

    def _work(self, kind: str) -> int | None:
        return self.counts.work.get(kind, 0) if self.works else None

    @property
    def status(self) -> budget.Status:
        ratio = self.all_events.remaining_ratio
        return budget.status(ratio, self.burns["5m"], self.burns["1h"])


@dataclass(frozen=True, slots=True)
class Standings:
    end: int  # the epoch second that the windows end with
    updated: int | None  # the newest second that was evaluated
    windows: Mapping[str, Counters]  # what each window holds, by its name
    slos: tuple[Standing, ...]
    source: Source = TIMELINE

    def of(self, slo: str) -> Standing:
        return next(each for each in self.slos if each.objective.name == slo)


def burns(
    objective: Objective, end: Counters, starts: Mapping[str, Counters]
) -> dict[str, float | None]:
    """The burn rate over each window, from the cumulative counters at its two ends."""
    result: dict[str, float | None] = {}
    for name, start in starts.items():
        bad = end.bad_of(objective.name) - start.bad_of(objective.name)
        result[name] = budget.burn_rate(bad, end.total - start.total, objective.budget)
    return result


def standings(  # noqa: PLR0913 - what a caller knows or needs
    objectives: tuple[Objective, ...],
    *,
    now: float,
    scale: float,
    whole: bool = False,
    newest: int | None = None,
    seeded: bool = True,
) -> Standings:
    """All SLOs at `now` (epoch seconds); a fixed number of queries and look-ups.

    The windows hold latencies as well where `whole` is asked for. `newest` is the last second of
    the timeline where the caller knows it. Without `seeded` nobody is told which seconds are.
    """
    if newest is None:
        row = lookup.newest()
        newest = None if row is None else row.second
    end = int(now) - 1
    # One far ahead is of a clock that was wrong: it waits until its time has come.
    if newest is not None and abs(now - newest - 1) <= FRESH:
        end = newest
    starts = {name: end - wall(window, scale) for name, window in WINDOWS.items()}
    periods = {o.name: end - wall(o.window, scale) for o in objectives}
    asked = {end, *starts.values(), *periods.values()}
    rows = lookup.at(asked, whole=whole, worked=True)
    nothing = Counters()
    at = {second: row.counters for second, row in rows.items()}
    ranges: dict[int, tuple[datetime, datetime] | None] = {}
    found = []
    for objective in objectives:
        begin = periods[objective.name]
        if seeded and begin not in ranges:
            ranges[begin] = lookup.seeded_range(
                at.get(begin, nothing).seeded, at.get(end, nothing).seeded
            )
        found.append(
            _standing(
                objective,
                end=at.get(end, nothing),
                begin=at.get(begin, nothing),
                starts={n: at.get(s, nothing) for n, s in starts.items()},
                seeded=ranges.get(begin),
                scale=scale,
            )
        )
    last = at.get(end, nothing)
    return Standings(
        end=end,
        updated=None if newest is None else min(newest, end),
        windows={n: last.since(at.get(s, nothing)) for n, s in starts.items()},
        slos=tuple(found),
    )


def recorded_standings(
    objectives: tuple[Objective, ...], recorded: Recorded, *, scale: float
) -> Standings:
    """The same from what Prometheus has recorded; nothing there is seeded."""
    newest = int(recorded.at) - 1
    return Standings(
        end=newest,
        updated=newest,
        windows={},
        slos=tuple(_recorded(o, recorded, scale) for o in objectives),
        source=PROMETHEUS,
    )


def _recorded(objective: Objective, recorded: Recorded, scale: float) -> Standing:
    name, b = objective.name, objective.budget
    period, span = objective.window.total_seconds(), duration(objective.window)
    events, drilled = recorded.period(name, span), recorded.exercise(name, span)
    hour, hour_drilled = recorded.held("1h"), recorded.exercise(name, "1h")
    total, bad = round(events.total), round(events.bad)
    exercise = min(round(drilled.total), total)
    bad_drilled = min(round(drilled.bad), bad)
    burning = {window: recorded.burn(name, window, b) for window in WINDOWS}
    every = budget.budget(bad, total, b, period)
    charged = budget.budget(bad - bad_drilled, total - exercise, b, period)
    bad_hour = (burning["1h"] or 0.0) * b * hour
    burn_without = budget.burn_rate(
        max(0.0, bad_hour - hour_drilled.bad), hour - hour_drilled.total, b
    )
    return Standing(
        objective=objective,
        counts=Counters(total=total, exercise=exercise, bad={name: (bad, bad_drilled)}),
        all_events=every,
        without_exercises=charged,
        burns=burning,
        seeded=None,
        exhausts_in=_exhausts(every, burning["1h"], period / scale),
        exhausts_in_without=_exhausts(charged, burn_without, period / scale),
        works=False,
    )


def _standing(  # noqa: PLR0913
    objective: Objective,
    *,
    end: Counters,
    begin: Counters,
    starts: Mapping[str, Counters],
    seeded: tuple[datetime, datetime] | None,
    scale: float,
) -> Standing:
    counts = end.since(begin)
    bad, drilled = counts.bad.get(objective.name, (0, 0))
    period = objective.window.total_seconds()
    burning = burns(objective, end, starts)
    every = budget.budget(bad, counts.total, objective.budget, period)
    charged = budget.budget(
        bad - drilled, counts.total - counts.exercise, objective.budget, period
    )
    return Standing(
        objective=objective,
        counts=counts,
        all_events=every,
        without_exercises=charged,
        burns=burning,
        seeded=seeded,
        exhausts_in=_exhausts(every, burning["1h"], period / scale),
        exhausts_in_without=_exhausts(
            charged, _burn_without(objective, end, starts["1h"]), period / scale
        ),
    )


def _burn_without(objective: Objective, end: Counters, start: Counters) -> float | None:
    counts = end.since(start)
    bad, drilled = counts.bad.get(objective.name, (0, 0))
    return budget.burn_rate(
        bad - drilled, counts.total - counts.exercise, objective.budget
    )


def _exhausts(ledger: budget.Budget, burn: float | None, period: float) -> float | None:
    if ledger.remaining_ratio is None:
        return None
    return budget.exhausts_in(ledger.remaining_ratio, burn, period)
