from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from ironclad.edge.events import FaultDecision, RequestFinished
from ironclad.resilience.effects import Effects
from sre_console.live.recorder import KEPT, Recorder, Tally
from sre_console.slo.objectives import load

EPOCH = 1_764_000_000.0
OBJECTIVES = load(Path(__file__).parents[3] / "deploy" / "slo")


class FakeClock:
    """Monotonic time, and a database time that may jump."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.offset = EPOCH - 1000.0

    def monotonic(self) -> float:
        return self.at

    def epoch(self) -> float:
        return self.at + self.offset

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.epoch(), UTC)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def recorder(clock: FakeClock) -> Recorder:
    return Recorder(clock, OBJECTIVES, uuid4())


def finished(clock: FakeClock, status: int = 200, **more: object) -> RequestFinished:
    values: dict[str, Any] = {
        "request_id": "r", "method": "GET", "route": "/api/users", "status": status,
        "duration": 0.02, "finished": clock.monotonic(), "service": True, **more,
    }  # fmt: skip
    return RequestFinished(**values)


def test_a_second_counts_what_finished_in_it(
    clock: FakeClock, recorder: Recorder
) -> None:
    for status in (200, 404, 500):
        recorder(finished(clock, status))
    recorder(finished(clock, 499, duration=0.6))
    (sample,) = recorder.close(int(EPOCH))
    counts = sample.counts
    assert (sample.second, counts.total, counts.failed) == (int(EPOCH), 4, 1)
    assert counts.bad == {
        "availability": (1, 0),
        "error-rate": (1, 0),
        "latency": (1, 0),
    }
    assert sum(counts.histogram) == 4


def test_a_second_without_requests_is_a_sample_too(recorder: Recorder) -> None:
    samples = recorder.close(int(EPOCH) + 2)
    assert [s.second - int(EPOCH) for s in samples] == [0, 1, 2]
    assert {s.counts.total for s in samples} == {0}


def test_other_routes_are_no_events(clock: FakeClock, recorder: Recorder) -> None:
    recorder(finished(clock, service=False))
    assert recorder.close(int(EPOCH))[0].counts.total == 0


def test_an_event_with_an_injected_fault_is_an_exercise(
    clock: FakeClock, recorder: Recorder
) -> None:
    error = FaultDecision(3, error=True)
    recorder(finished(clock, 500, fault=error, exercise=True))
    recorder(finished(clock, 500, fault=FaultDecision(3)))
    counts = recorder.close(int(EPOCH))[0].counts
    assert counts.exercise == 1
    assert counts.bad["availability"] == (2, 1)


def test_what_the_patterns_did_is_counted_by_kind(
    clock: FakeClock, recorder: Recorder
) -> None:
    for effects in (
        Effects("GET", "/", calls=3, retries=2),
        Effects("GET", "/", refused="breaker"),
        Effects("GET", "/", degraded=True),
        None,
    ):
        recorder(finished(clock, effects=effects))
    work = recorder.close(int(EPOCH))[0].counts.work
    assert work == {"calls": 3, "retries": 2, "breaker": 1, "degraded": 1}


def test_faults_of_the_dependency_are_tallied_by_plan(
    clock: FakeClock, recorder: Recorder
) -> None:
    failed = Effects("GET", "/", plan=7, dependency_errors=2)
    recorder(finished(clock, 503, fault=FaultDecision(7), effects=failed))
    assert recorder.tally(7) == Tally(requests=1, failed=1, dependency_errors=2)


def test_a_closed_second_never_opens_again(
    clock: FakeClock, recorder: Recorder
) -> None:
    recorder.close(int(EPOCH))
    recorder(finished(clock))  # still within the second that is closed
    assert recorder.close(int(EPOCH)) == []
    (sample,) = recorder.close(int(EPOCH) + 1)
    assert sample.counts.total == 1


def test_an_event_after_a_late_close_stays_in_its_own_second(
    clock: FakeClock, recorder: Recorder
) -> None:
    recorder(finished(clock))
    clock.at += 1.05  # the timer has not fired yet
    recorder(finished(clock))
    first, second = recorder.close(int(EPOCH) + 1)
    assert (first.counts.total, second.counts.total) == (1, 1)


@pytest.mark.parametrize("jump", [-3600.0, -0.4, 0.4])
def test_time_goes_on_when_the_databases_clock_jumps(
    clock: FakeClock, recorder: Recorder, jump: float
) -> None:
    seen = [recorder.epoch()]
    clock.offset += jump
    for _ in range(50):
        clock.at += 0.1
        seen.append(recorder.epoch())
    assert seen == sorted(seen)
    assert seen[-1] - seen[0] >= 0.9 * 5


def test_after_a_suspension_there_is_a_gap(
    clock: FakeClock, recorder: Recorder
) -> None:
    recorder(finished(clock))
    clock.at += 7200
    samples = recorder.close(int(EPOCH) + 7200)
    assert [s.second - int(EPOCH) for s in samples] == [0, 7200]


def test_unflushed_samples_wait_for_ten_minutes_at_most(recorder: Recorder) -> None:
    for second in range(KEPT + 50):
        recorder.close(int(EPOCH) + second)
    waiting = recorder.unflushed()
    assert len(waiting) == KEPT
    assert waiting[0].second == int(EPOCH) + 50


def test_what_is_flushed_is_not_sent_again(recorder: Recorder) -> None:
    for second in range(5):
        recorder.close(int(EPOCH) + second)
    recorder.flushed(int(EPOCH) + 2)
    assert [s.second - int(EPOCH) for s in recorder.unflushed()] == [3, 4]


def test_the_ring_is_cumulative(clock: FakeClock, recorder: Recorder) -> None:
    for second in range(3):
        recorder(finished(clock, 500))
        clock.at += 1
        recorder.close(int(EPOCH) + second)
    assert [row.counters.total for row in recorder.ring] == [0, 1, 2, 3]
    assert recorder.ring[-1].counters.covered == 3


def test_tallies_count_by_plan_version(clock: FakeClock, recorder: Recorder) -> None:
    recorder(finished(clock, 500, fault=FaultDecision(3, delay=0.1, error=True)))
    recorder(finished(clock, 200, fault=FaultDecision(3)))
    recorder(finished(clock, 200, fault=FaultDecision(4)))
    changed = recorder.tallies_changed()
    assert changed == {3: Tally(2, 1, 1, 1), 4: Tally(1)}
    recorder.tallies_stored(changed)
    assert recorder.tallies_changed() == {}


def test_what_rate_limits_refused_is_counted_and_is_no_failure(
    clock: FakeClock, recorder: Recorder
) -> None:
    for subject in ("address", "traffic", "token", None):
        recorder(replace(finished(clock, 429), limited=subject))
    recorder(finished(clock, 404))
    counts = recorder.close(int(EPOCH))[0].counts
    assert (counts.total, counts.failed, counts.bad) == (5, 0, {})
    assert counts.work == {"limited": 4, "limitedTraffic": 1}
