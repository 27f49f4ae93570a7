"""When the alerts of a run fire and clear. Pure.

The evaluator's own life cycle, judged at whole seconds as it does; then each turn is put where
its condition changed, below the second. So `fires_after` is the moment from which the counters
and the rule's hold make the alert due: the evaluator tells of it with its next judgement, up to
a second later, and the beat makes it visible within 1.5 s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sre_console.gamedays.forecast.counting import RunCounts
from sre_console.gamedays.forecast.judgement import Exceeded, Watch
from sre_console.gamedays.forecast.past import whole
from sre_console.incidents.alerting import Alert, judge

_FINE = 0.001  # seconds that a turn is found to
_DIGITS = 3
_TAIL = 200  # judgements after the run, for an alert that still fires
_EACH = 3000  # seconds of a run that are all judged
_COARSE = 2000  # judgements of a longer one, evenly spread…
_DENSE = 2500  # … and as many seconds after the changes of faults, at most…
_AFTER = 600  # … so many after each


@dataclass(frozen=True, slots=True)
class Firing:
    """One time that an alert fires; wall seconds from the start of the run."""

    name: str
    slo: str | None
    severity: str
    fires_after: float
    clears_after: float | None  # None: not as far as is foretold
    step: int
    since_step: float


def ticks(run: RunCounts) -> list[float]:
    """The moments that are judged, whole seconds: every one, or of a long run about 5,000."""
    last = whole(run.seconds)
    if last <= _EACH:
        return [float(second) for second in range(last + 1)]
    changes = sorted({int(stage.begins) for stage in run.stages})
    dense = min(_AFTER, _DENSE // len(changes))
    seconds = {round(last * step / _COARSE) for step in range(_COARSE + 1)}
    for change in changes:
        seconds.update(range(change, min(last, change + dense)))
    return [float(second) for second in sorted(seconds)]


def firings(
    run: RunCounts, watched: Sequence[Watch], moments: Sequence[float]
) -> tuple[Firing, ...]:
    """Every alert that the run makes fire, the first one first."""
    begun: dict[int, float] = {}
    for stage in run.stages:
        begun.setdefault(stage.index, stage.begins)
    found = []
    for watch in watched:
        for fires, clears in _life(run, watch, moments):
            step = run.stages[-1].index
            if fires < run.seconds:
                step = run.stage_at(fires).index
            since = round(fires - begun[step], _DIGITS)
            rule = watch.rule
            firing = Firing(
                rule.name, rule.slo, rule.severity, fires, clears, step, since
            )
            found.append(firing)
    return tuple(sorted(found, key=lambda each: (each.fires_after, each.name)))


def turned(exceeded: Exceeded, before: float, after: float) -> float:
    """The moment between two at which a condition changes."""
    ends = exceeded(after)
    while after - before > _FINE:
        middle = (before + after) / 2
        if exceeded(middle) == ends:
            after = middle
        else:
            before = middle
    return round(after, _DIGITS)


def _life(
    run: RunCounts, watch: Watch, moments: Sequence[float]
) -> Iterator[tuple[float, float | None]]:
    """When it fires and when it clears; an alert on at the start is none of the run's."""
    exceeded = watch.exceeded
    alert = Alert()
    if exceeded(0.0):
        alert = Alert("firing", since=0.0, fired_at=0.0)
    fires: float | None = None
    began = ended = before = 0.0
    was = alert.state == "firing"
    for moment in _moments(watch, moments):
        if moment > run.seconds and alert.state == "inactive":
            break
        now = exceeded(moment)
        if now and not was:
            began = turned(exceeded, before, moment)
        elif was and not now:
            ended = turned(exceeded, before, moment)
        # Somebody is there to judge all the time: no gap between two judgements.
        alert, turn = judge(
            alert,
            exceeded=now,
            at=moment,
            before=moment,
            hold=watch.hold,
            keep=watch.keep,
        )
        if turn == "fired":
            fires = round(began + watch.hold, _DIGITS)
        elif turn == "resolved" and fires is not None:
            yield fires, round(ended + watch.keep, _DIGITS)
            fires = None
        was, before = now, moment
    if fires is not None:
        yield fires, None


def _moments(watch: Watch, moments: Sequence[float]) -> Iterator[float]:
    yield from moments[1:]
    # An alert may fire, and clear, when the faults are over.
    lasts = watch.memory + watch.hold + watch.keep
    step = max(1.0, lasts / _TAIL)
    last = moments[-1]
    for count in range(1, int(lasts / step) + 3):
        yield last + count * step
