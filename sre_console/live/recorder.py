"""Counting SLI events into seconds of database time. Used on the event loop alone."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from ironclad.clock import Clock
from ironclad.edge.events import RequestFinished
from ironclad.errors import RateLimited
from ironclad.observability.metrics import (
    count_exercise_event,
    start_exercise_series,
)
from ironclad.resilience.effects import Effects
from sre_console.slo.counters import LIMITED, LIMITED_TRAFFIC, Counters, Work
from sre_console.slo.histogram import BUCKETS, bucket
from sre_console.slo.lookup import Row
from sre_console.slo.objectives import Objective

logger = structlog.get_logger(__name__)

KEPT = 600  # seconds that are kept while the database is away
SUSPENDED = 10  # seconds without a close: the process was stopped, not just slow
VERSIONS = 50  # fault plan versions whose tallies are kept
_SLOWEST = 0.95  # how slow recorder time may run while the database's clock is behind


@dataclass(frozen=True, slots=True)
class Sample:
    """One closed second of this replica."""

    second: int  # epoch, its start
    counts: Counters


@dataclass(frozen=True, slots=True)
class Tally:
    """What this replica did under one version of the fault plan, so far."""

    requests: int = 0
    failed: int = 0
    errors: int = 0
    delays: int = 0
    dependency_errors: int = 0


class Recorder:
    """Observes finished requests; closes one sample a second, also without requests."""

    def __init__(
        self, clock: Clock, objectives: Sequence[Objective], replica: UUID
    ) -> None:
        self.replica = replica
        self._clock = clock
        self._objectives = tuple(objectives)
        for objective in self._objectives:
            start_exercise_series(objective.name)
        self._epoch, self._read = clock.epoch(), clock.monotonic()
        self._open: dict[int, Counters] = {}
        self._closed = math.floor(self._epoch) - 1
        # Cumulative counters of the last ten minutes: what this replica can show alone.
        self.ring: deque[Row] = deque([Row(self._closed, _empty())], maxlen=KEPT)
        self._unflushed: deque[Sample] = deque(maxlen=KEPT)
        self._tallies: dict[int, Tally] = {}
        self._stored_tallies: dict[int, Tally] = {}

    def __call__(self, finished: RequestFinished, /) -> None:
        if finished.fault is not None:
            self._tally(finished)
        if finished.effects is not None and finished.effects.dependency_errors:
            self._dependency_failed(finished.effects)
        if not finished.service:
            return
        ago = self._clock.monotonic() - finished.finished
        # a second that is closed never opens again
        second = max(math.floor(self.epoch() - max(0.0, ago)), self._closed + 1)
        counts = self._open.get(second)
        if counts is None:
            counts = self._open[second] = _empty()
        exercise = int(finished.exercise)
        counts.total += 1
        counts.failed += finished.status >= 500  # noqa: PLR2004
        counts.exercise += exercise
        counts.histogram[bucket(finished.duration)] += 1
        if finished.effects is not None:
            _add_work(counts.work, finished.effects)
        if finished.status == RateLimited.status:
            _add_limited(counts.work, finished.limited)
        for objective in self._objectives:
            good = not objective.bad(finished.status, finished.duration)
            if not good:
                bad, drilled = counts.bad.get(objective.name, (0, 0))
                counts.bad[objective.name] = (bad + 1, drilled + exercise)
            if exercise:
                count_exercise_event(objective.name, good=good)

    def epoch(self) -> float:
        """Database time that never stands still or goes back.

        When the database's clock is behind what was recorded already, time runs a little
        slower here until the two agree.
        """
        now = self._clock.monotonic()
        least = self._epoch + _SLOWEST * (now - self._read)
        self._epoch, self._read = max(self._clock.epoch(), least), now
        return self._epoch

    def close(self, second: int) -> list[Sample]:
        """Close every second up to this one; also those in which nothing came."""
        if second <= self._closed:
            return []
        first = self._closed + 1
        if second - self._closed > SUSPENDED:
            # Nobody was measuring: a gap, not a time without requests.
            logger.warning("recorder_was_suspended", seconds=second - self._closed)
            first = second
        due = {s for s in self._open if s <= second} | set(range(first, second + 1))
        closed = [Sample(s, self._open.pop(s, _empty())) for s in sorted(due)]
        for sample in closed:
            sample.counts.covered = 1
            running = self.ring[-1].counters.copy()
            running.add(sample.counts)
            self.ring.append(Row(sample.second, running))
        lost = len(self._unflushed) + len(closed) - KEPT
        if lost > 0:
            logger.error("samples_lost", seconds=lost)
        self._unflushed.extend(closed)
        self._closed = second
        return closed

    def unflushed(self) -> list[Sample]:
        return list(self._unflushed)

    @property
    def lag(self) -> float:
        """Seconds since the end of the oldest second that is not stored; 0 where all are."""
        oldest = next(iter(self._unflushed), None)
        return (
            0.0 if oldest is None else max(0.0, self._clock.epoch() - oldest.second - 1)
        )

    def flushed(self, until: int) -> None:
        """Everything up to this second is in the database."""
        while self._unflushed and self._unflushed[0].second <= until:
            self._unflushed.popleft()

    def rate(self, seconds: int = 10) -> float | None:
        """SLI events a second over the newest closed seconds; None: none was closed yet."""
        rows = self.ring  # of another thread's look: no more than its two ends
        first, last = rows[max(-len(rows), -seconds - 1)], rows[-1]
        span = last.second - first.second
        return (last.counters.total - first.counters.total) / span if span > 0 else None

    def tally(self, version: int) -> Tally:
        return self._tallies.get(version, Tally())

    def tallies_changed(self) -> dict[int, Tally]:
        return {
            version: tally
            for version, tally in self._tallies.items()
            if self._stored_tallies.get(version) != tally
        }

    def tallies_stored(self, tallies: dict[int, Tally]) -> None:
        self._stored_tallies.update(tallies)
        for version in self._stored_tallies.keys() - self._tallies.keys():
            del self._stored_tallies[version]

    def _tally(self, finished: RequestFinished) -> None:
        fault = finished.fault
        assert fault is not None  # noqa: S101 - the caller has looked
        tally = self.tally(fault.version)
        counted = Tally(
            requests=tally.requests + 1,
            failed=tally.failed + (finished.status >= 500),  # noqa: PLR2004
            errors=tally.errors + fault.error,
            delays=tally.delays + (fault.delay > 0),
            dependency_errors=tally.dependency_errors,
        )
        self._keep(fault.version, counted)

    def _dependency_failed(self, effects: Effects) -> None:
        tally = self.tally(effects.plan)
        errors = tally.dependency_errors + effects.dependency_errors
        self._keep(effects.plan, replace(tally, dependency_errors=errors))

    def _keep(self, version: int, tally: Tally) -> None:
        self._tallies[version] = tally
        if len(self._tallies) > VERSIONS:
            del self._tallies[min(self._tallies)]


def _add_work(work: Work, effects: Effects) -> None:
    """Count what the patterns did to one request; kinds that are 0 stay out."""
    done = {
        "calls": effects.calls,
        "retries": effects.retries,
        "degraded": int(effects.degraded),
    }
    if effects.refused is not None:
        done[effects.refused] = 1
    for kind, count in done.items():
        if count:
            work[kind] = work.get(kind, 0) + count


def _add_limited(work: Work, subject: str | None) -> None:
    work[LIMITED] = work.get(LIMITED, 0) + 1
    if subject == "traffic":
        work[LIMITED_TRAFFIC] = work.get(LIMITED_TRAFFIC, 0) + 1


def _empty() -> Counters:
    return Counters(histogram=[0] * BUCKETS)
