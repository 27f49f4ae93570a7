"""The forecast of a game day: the alerts, the bad events and the budget that it will take. Pure.

The counters of the run are worked out in advance (`counting`), and the evaluator's rules are judged
over them (`judgement`, `firing`): the same arithmetic that will judge the run itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sre_console.gamedays.forecast.counting import RunCounts, Stage, bad_index
from sre_console.gamedays.forecast.firing import firings, ticks, turned
from sre_console.gamedays.forecast.forecast import BURNS, Curve, Forecast, StepForetold
from sre_console.gamedays.forecast.judgement import (
    allowed_at,
    burn_at,
    left_at,
    watches,
)
from sre_console.gamedays.forecast.past import TOTAL, History
from sre_console.incidents.rules import Burn, Catalogue
from sre_console.slo.windows import WINDOWS, wall

if TYPE_CHECKING:
    from sre_console.slo.objectives import Objective

_POINTS = 300  # of the curve, at most
_COVERED = 0.95  # of a window: less is a short history


def foretell(  # noqa: PLR0913
    stages: Sequence[Stage],
    history: History,
    *,
    rate: float,
    objectives: Sequence[Objective],
    catalogue: Catalogue,
    scale: float,
) -> Forecast:
    """Foretell a run of stages that follow each other without a gap, of at least one.

    `rate` in requests a wall second, all replicas together, evenly paced; `scale` is the
    clock's (K).
    """
    run = RunCounts(stages, history, rate)
    moments = ticks(run)
    bad, allowed, left = {}, {}, {}
    start, end = run.at(0.0), run.at(run.seconds)
    for objective in objectives:
        name, index = objective.name, bad_index(history, objective.name)
        bad[name] = end[index] - start[index]
        allowed[name] = allowed_at(run, objective, scale)(run.seconds)
        left[name] = left_at(run, objective, scale)(run.seconds)
    spent = {
        name: bad[name] / allowed[name] if allowed[name] > 0 else 0.0 for name in bad
    }
    worst = max(objectives, key=lambda each: spent[each.name])
    return Forecast(
        seconds=run.seconds,
        rate=rate,
        bad=bad,
        total=end[TOTAL] - start[TOTAL],
        spent=spent,
        left=left,
        worst=worst.name,
        exhausts_after=_exhausts(run, objectives, moments, scale),
        history_short=_short(history, catalogue, scale),
        alerts=firings(run, watches(run, objectives, catalogue, scale), moments),
        steps=_steps(run, spent, bad),
        curve=_curve(run, worst, moments, scale),
    )


def _exhausts(
    run: RunCounts,
    objectives: Sequence[Objective],
    moments: Sequence[float],
    scale: float,
) -> float | None:
    """When the first budget is gone that is not yet."""
    found = []
    for objective in objectives:
        left = left_at(run, objective, scale)

        def gone(moment: float, left=left) -> bool:  # type: ignore[no-untyped-def]
            ratio = left(moment)
            return ratio is not None and ratio <= 0

        if gone(0.0):
            continue
        for before, moment in pairwise(moments):
            if gone(moment):
                found.append(turned(gone, before, moment))
                break
    return min(found, default=None)


def _short(history: History, catalogue: Catalogue, scale: float) -> bool:
    """Whether some rule's window is not full at the start: then it fires sooner."""
    windows = {
        wall(WINDOWS[rule.condition.long], scale)
        for rule in catalogue.rules
        if isinstance(rule.condition, Burn)
    }
    return any(history.covered(window) < window * _COVERED for window in windows)


def _steps(
    run: RunCounts, spent: dict[str, float], bad: dict[str, int]
) -> tuple[StepForetold, ...]:
    """What each step adds; the stages of one step are told together."""
    spans: dict[int, tuple[float, float]] = {}
    for stage in run.stages:
        begins, _ = spans.get(stage.index, (stage.begins, 0.0))
        spans[stage.index] = (begins, stage.ends)
    found = []
    for index, (begins, ends) in spans.items():
        start, end = run.at(begins), run.at(ends)
        mine = {}
        for slo in bad:
            column = bad_index(run.history, slo)
            mine[slo] = end[column] - start[column]
        shares = {
            slo: spent[slo] * mine[slo] / bad[slo] if bad[slo] else 0.0 for slo in mine
        }
        found.append(StepForetold(index, begins, ends, mine, shares))
    return tuple(found)


def _curve(
    run: RunCounts, worst: Objective, moments: Sequence[float], scale: float
) -> Curve:
    """At most 300 points: the boundaries of the stages, as far as they fit, and between."""
    edges = {0.0, run.seconds, *(stage.begins for stage in run.stages)}
    if len(edges) > _POINTS // 2:
        edges = {0.0, run.seconds}
    room = _POINTS - len(edges)
    step = max(1, -(-len(moments) // room))
    times = sorted(edges.union(moments[::step]))
    start = run.at(0.0)
    counts = [run.at(moment) for moment in times]
    slos = run.history.slos
    columns = {slo: bad_index(run.history, slo) for slo in slos}
    burns = {name: burn_at(run, worst, wall(WINDOWS[name], scale)) for name in BURNS}
    return Curve(
        times=tuple(times),
        bad={
            slo: tuple(each[column] - start[column] for each in counts)
            for slo, column in columns.items()
        },
        burn={name: tuple(map(burn, times)) for name, burn in burns.items()},
    )
