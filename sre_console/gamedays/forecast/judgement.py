"""What each alert rule would say at any moment of a run, as the evaluator judges it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sre_console.gamedays.forecast.counting import RunCounts, Stage, bad_index
from sre_console.gamedays.forecast.past import COVERED, FAILED, TOTAL
from sre_console.incidents.rules import AlertRule, Burn, Catalogue, Limit
from sre_console.incidents.signals import SIGNALS, usual_events
from sre_console.slo import budget
from sre_console.slo.windows import WINDOWS, wall

if TYPE_CHECKING:
    from sre_console.slo.objectives import Objective

ABOVE_P95 = 0.05  # the share of events above the 95th percentile

Exceeded = Callable[[float], bool]


@dataclass(frozen=True, slots=True)
class Watch:
    """A rule that a run can foretell."""

    rule: AlertRule
    exceeded: Exceeded  # at a moment, in wall seconds from the start
    # How long after the last fault its condition may still change, in wall seconds.
    memory: float
    hold: float  # wall seconds, both
    keep: float


def burn_at(
    run: RunCounts, objective: Objective, window: float
) -> Callable[[float], float | None]:
    """The burn rate over a window (wall seconds) that ends at a moment."""
    at, b = run.at, objective.budget
    bad = bad_index(run.history, objective.name)

    def burn(moment: float) -> float | None:
        end, start = at(moment), at(moment - window)
        return budget.burn_rate(end[bad] - start[bad], end[TOTAL] - start[TOTAL], b)

    return burn


def left_at(
    run: RunCounts, objective: Objective, scale: float
) -> Callable[[float], float | None]:
    """The share of the error budget that is left at a moment."""
    at, b = run.at, objective.budget
    period = wall(objective.window, scale)
    bad = bad_index(run.history, objective.name)

    def left(moment: float) -> float | None:
        end, start = at(moment), at(moment - period)
        total = end[TOTAL] - start[TOTAL]
        return 1 - (end[bad] - start[bad]) / (b * total) if total > 0 else None

    return left


def allowed_at(
    run: RunCounts, objective: Objective, scale: float
) -> Callable[[float], float]:
    """The bad events that a whole budget has at a moment.

    Before there is a whole period of history: as many as one has at this rate, as an outcome
    counts them.
    """
    period = wall(objective.window, scale)

    def allowed(moment: float) -> float:
        counts = run.within(moment, period)
        short = run.history.begins > moment - period and counts[COVERED] > 0
        grown = period / counts[COVERED] if short else 1.0
        return objective.budget * counts[TOTAL] * grown

    return allowed


def watches(
    run: RunCounts,
    objectives: Sequence[Objective],
    catalogue: Catalogue,
    scale: float,
) -> list[Watch]:
    """Those rules that windows, budgets or the plan of faults foretell."""
    by_name = {objective.name: objective for objective in objectives}
    found = []
    for rule in catalogue.rules:
        condition = rule.condition
        memory = 0.0
        if isinstance(condition, Burn):
            objective = by_name[rule.slo or ""]
            exceeded = _burn(run, condition, objective, catalogue, scale)
            memory = wall(WINDOWS[condition.short], scale)
        else:
            limit = _limit(run, rule, condition, objectives, catalogue, scale)
            if limit is None:
                continue
            exceeded = limit
            if condition.window is not None:
                memory = wall(WINDOWS[condition.window], scale)
        hold, keep = (each.total_seconds() / scale for each in (rule.hold, rule.keep))
        found.append(Watch(rule, exceeded, memory, hold, keep))
    return found


def _burn(
    run: RunCounts,
    condition: Burn,
    objective: Objective,
    catalogue: Catalogue,
    scale: float,
) -> Exceeded:
    span = wall(WINDOWS[condition.long], scale)
    long = burn_at(run, objective, span)
    short = burn_at(run, objective, wall(WINDOWS[condition.short], scale))
    enough, threshold = _enough(run, span, catalogue), condition.threshold

    def exceeded(moment: float) -> bool:
        value = long(moment)
        if not budget.exceeds(value, threshold) or not enough(moment):
            return False
        return budget.rule_fires(value, short(moment), threshold)

    return exceeded


def _limit(  # noqa: PLR0913, PLR0917
    run: RunCounts,
    rule: AlertRule,
    condition: Limit,
    objectives: Sequence[Objective],
    catalogue: Catalogue,
    scale: float,
) -> Exceeded | None:
    if SIGNALS[condition.signal].per_slo:
        objective = next(each for each in objectives if each.name == rule.slo)
        left = left_at(run, objective, scale)
        return lambda moment: condition.exceeded(left(moment))
    if condition.window is not None:
        return _windowed(run, condition, objectives, catalogue, scale)
    so = _LASTING.get(condition.signal)
    if so is None:
        return None
    spans = _spans(run, so)

    def exceeded(moment: float) -> bool:
        inside = (moment - begin for begin, end in spans if begin <= moment < end)
        return condition.exceeded(next(inside, 0.0))

    return exceeded


def _windowed(
    run: RunCounts,
    condition: Limit,
    objectives: Sequence[Objective],
    catalogue: Catalogue,
    scale: float,
) -> Exceeded | None:
    window = WINDOWS[condition.window or ""]
    span, at = wall(window, scale), run.at
    enough = _enough(run, span, catalogue)
    if condition.signal == "requests":
        hour = wall(WINDOWS["1h"], scale)
        usual = usual_events(window, catalogue.minimum_events)

        def few(moment: float) -> bool:
            end = at(moment)[TOTAL]
            if end - at(moment - hour)[TOTAL] < usual:
                return False
            return condition.exceeded(float(end - at(moment - span)[TOTAL]))

        return few
    if condition.signal == "errorRatio":
        column, exceeds = FAILED, condition.exceeded
    else:
        # The 95th percentile is above what more than one in twenty exceed; only an SLO with
        # the same limit counts those.
        slow = next(
            (o for o in objectives if o.rule.bad_slower_than == condition.threshold),
            None,
        )
        if condition.signal != "latencyP95" or slow is None:
            return None
        column = bad_index(run.history, slow.name)
        exceeds = partial(budget.exceeds, threshold=ABOVE_P95)

    def exceeded(moment: float) -> bool:
        end, start = at(moment), at(moment - span)
        total = end[TOTAL] - start[TOTAL]
        ratio = (end[column] - start[column]) / total if total > 0 else None
        return exceeds(ratio) and enough(moment)

    return exceeded


def _enough(run: RunCounts, span: float, catalogue: Catalogue) -> Exceeded:
    """Whether a window holds events enough to judge by."""
    at, least = run.at, catalogue.minimum_events
    return lambda moment: at(moment)[TOTAL] - at(moment - span)[TOTAL] >= least


# Signals that count for how long something has been so without a pause.
_LASTING: dict[str, Callable[[Stage], bool]] = {
    "faultSeconds": lambda stage: stage.faulty,
    "breakerOpenSeconds": lambda stage: stage.breaker,
}


def _spans(run: RunCounts, so: Callable[[Stage], bool]) -> list[tuple[float, float]]:
    """When the stages were so without a pause, from and until."""
    spans: list[tuple[float, float]] = []
    for stage in run.stages:
        if not so(stage):
            continue
        if spans and spans[-1][1] == stage.begins:
            spans[-1] = (spans[-1][0], stage.ends)
        else:
            spans.append((stage.begins, stage.ends))
    return spans
