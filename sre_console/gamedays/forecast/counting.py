"""The counters of a run second by second: those of the past, and what its stages add. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sre_console.gamedays.forecast.past import FIRST_SLO, Counts, History, whole

_AFTERWARDS = 40 * 86_400.0  # wall seconds that the counters go on after the run
# Ratios are kept in whole parts, so that paced events come out exactly as they are injected.
_PARTS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a run under one plan of faults; times in wall seconds from the start.

    Several may belong to one step: those of a ramp. Ratios are of the requests that arrive.
    """

    index: int  # of the step
    begins: float
    ends: float
    bad: Mapping[str, float] = field(default_factory=dict)  # by SLO
    failed: float = 0.0  # 5xx
    delay: float = 0.0  # seconds that events finish later; they count when they finish
    held: Mapping[str, float] = field(default_factory=dict)  # see Effect
    paced_since: float | None = None  # begin of the plan's version, if that is older
    faulty: bool = False  # a fault is in force
    breaker: bool = False  # the database's breaker is not closed


@dataclass(frozen=True, slots=True)
class _Part:
    """A stage, and the series it adds."""

    stage: Stage
    done: float  # when its last request has finished
    cut: bool  # whoever is held as it ends is let go
    ratios: tuple[int, ...]  # in parts: failed, then bad of each SLO
    held: tuple[float, ...]  # likewise


class RunCounts:
    """Cumulative counts at any moment of a run whose requests come evenly.

    Of the first n requests since a plan began, floor(n x ratio) are bad: even pacing.
    The stages follow each other without a gap.
    """

    def __init__(self, stages: Sequence[Stage], history: History, rate: float) -> None:
        self.rate = rate
        self.history = history
        self.stages = tuple(stages)
        self.seconds = stages[-1].ends if stages else 0.0
        after = Stage(-1, self.seconds, self.seconds + _AFTERWARDS)
        self._parts = self._made([*stages, after])
        self._begins = [part.stage.begins for part in self._parts]
        self._dones = [part.done for part in self._parts]
        self._before = [history.counts[-1]]  # the counts when so many parts are done
        for part in self._parts[:-1]:
            self._before.append(_sum(self._before[-1], self._added(part, part.done)))
        self._known: dict[float, Counts] = {}

    def at(self, moment: float) -> Counts:
        """The counts of all that has finished by then; negative moments are of the past."""
        known = self._known.get(moment)
        if known is None:
            known = self._known[moment] = self._at(moment)
        return known

    def within(self, moment: float, window: float) -> Counts:
        """The counts of the window that ends then."""
        end, start = self.at(moment), self.at(moment - window)
        return tuple(a - b for a, b in zip(end, start, strict=True))

    def stage_at(self, moment: float) -> Stage:
        """The stage that a moment lies in; at a boundary the one that begins."""
        return self._parts[max(0, bisect_right(self._begins, moment) - 1)].stage

    def _at(self, moment: float) -> Counts:
        if moment <= 0:
            return self.history.at(moment)
        done = bisect_right(self._dones, moment)
        counts = self._before[min(done, len(self._before) - 1)]
        for part in self._parts[done:]:
            if part.stage.begins >= moment:
                break
            counts = _sum(counts, self._added(part, moment))
        return counts

    def _added(self, part: _Part, moment: float) -> Counts:
        """What a part has added by then."""
        stage, over = part.stage, moment >= part.done
        last = stage.ends if over else min(stage.ends, moment - stage.delay)
        last = max(stage.begins, last)
        first = self._arrived(stage.begins)
        paced = first
        if stage.paced_since is not None:
            paced = self._arrived(stage.paced_since)
        added = [self._arrived(last) - first, 0, 0]
        added[2] = whole(min(moment, stage.ends)) - whole(stage.begins)
        found = []
        for ratio, held in zip(part.ratios, part.held, strict=True):
            if not ratio:
                found.append(0)
                continue
            end = last
            if over and part.cut:
                end = max(stage.begins, min(last, stage.ends - held))
            reached = (self._arrived(end) - paced) * ratio // _PARTS
            found.append(reached - (first - paced) * ratio // _PARTS)
        added[1] = found[0]
        return (*added, *found[1:])

    def _arrived(self, moment: float) -> int:
        return whole(moment * self.rate)

    def _made(self, stages: Sequence[Stage]) -> list[_Part]:
        parts: list[_Part] = []
        done = stages[-1].ends
        slos = self.history.slos
        nothing = Stage(-1, 0, 0)
        for stage, after in reversed(list(pairwise([*stages, nothing]))):
            cut = after.delay < stage.delay
            done = stage.ends if cut else min(stage.ends + stage.delay, done)
            ratios = (stage.failed, *(stage.bad.get(slo, 0.0) for slo in slos))
            held = (stage.delay, *(stage.held.get(slo, stage.delay) for slo in slos))
            parts.append(
                _Part(stage, done, cut, tuple(round(r * _PARTS) for r in ratios), held)
            )
        return parts[::-1]


def _sum(one: Counts, other: Counts) -> Counts:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def bad_index(history: History, slo: str) -> int:
    """Where the bad events of an SLO stand in its counts."""
    return FIRST_SLO + history.slos.index(slo)
