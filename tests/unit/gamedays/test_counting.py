"""The counters of a run, against requests that are counted one by one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_console.chaos.pacing import Accumulator
from sre_console.gamedays.forecast.counting import RunCounts, Stage, bad_index
from sre_console.gamedays.forecast.past import FAILED, TOTAL, History
from tests.unit.gamedays.foretold import FULL, RATE, SLOS, errors, slow

BAD = bad_index(FULL, "availability")
SLOW = bad_index(FULL, "latency")

rates = st.integers(0, 1_000_000).map(lambda parts: parts / 1_000_000)
steps = st.lists(st.tuples(rates, st.integers(1, 90)), min_size=1, max_size=8)


def none() -> History:
    return History.none(SLOS)


@given(steps)
def test_every_step_has_as_many_bad_requests_as_the_pacing_injects(
    made: list[tuple[float, int]],
) -> None:
    run = RunCounts(errors(*made), none(), RATE)
    for stage, (rate, seconds) in zip(run.stages, made, strict=True):
        pacer = Accumulator(rate)
        injected = sum(pacer.step() for _ in range(seconds * RATE))
        counted = run.at(stage.ends)[BAD] - run.at(stage.begins)[BAD]
        assert counted == injected


@given(steps, st.lists(st.floats(-100, 1000), min_size=2))
def test_counters_never_fall(
    made: list[tuple[float, int]], moments: list[float]
) -> None:
    delayed = [
        Stage(s.index, s.begins, s.ends, s.bad, s.failed, delay=s.failed * 10)
        for s in errors(*made)
    ]
    run = RunCounts(delayed, FULL, 37.3)
    found = [run.at(moment) for moment in sorted(moments)]
    for before, after in pairwise(found):
        assert all(a <= b for a, b in zip(before, after, strict=True))


@given(steps)
def test_all_that_arrives_is_counted_in_the_end(made: list[tuple[float, int]]) -> None:
    run = RunCounts(errors(*made), none(), RATE)
    total = sum(seconds for _, seconds in made) * RATE
    assert run.at(run.seconds)[TOTAL] == total
    assert run.at(run.seconds)[FAILED] == run.at(run.seconds)[BAD]


def test_a_plan_that_goes_on_keeps_its_pace() -> None:
    one = Stage(0, 0, 10, bad={"availability": 0.0015})
    same = Stage(1, 10, 20, bad={"availability": 0.0015}, paced_since=0)
    new = Stage(1, 10, 20, bad={"availability": 0.0015})
    assert RunCounts([one, same], none(), RATE).at(20)[BAD] == 1
    assert RunCounts([one, new], none(), RATE).at(20)[BAD] == 0


def test_delayed_requests_count_when_they_finish() -> None:
    run = RunCounts(slow(10), none(), RATE)
    assert run.at(0.7)[TOTAL] == 0
    assert run.at(1.7)[TOTAL] == run.at(1.7)[SLOW] == RATE


def test_whoever_is_held_when_a_delay_ends_is_answered_then() -> None:
    run = RunCounts(slow(10), none(), RATE)
    assert run.at(9.99)[TOTAL] == 464
    assert run.at(10)[TOTAL] == 500
    # those that came within the last 0.48 s are still fast enough
    assert run.at(10)[SLOW] == run.at(20)[SLOW] == 476


def test_a_longer_delay_lets_nobody_go() -> None:
    first = Stage(0, 0, 10, delay=0.5)
    run = RunCounts([first, Stage(1, 10, 20, delay=1.0)], none(), RATE)
    assert run.at(10)[TOTAL] == 475
    assert run.at(10.5)[TOTAL] == run.at(11)[TOTAL] == 500


def test_a_window_reaches_into_the_past() -> None:
    run = RunCounts(errors((1.0, 10)), FULL, RATE)
    window = run.within(10, 60)
    assert (window[TOTAL], window[BAD]) == (60 * RATE, 10 * RATE)


def test_bad_events_of_the_past_leave_the_window() -> None:
    nothing, then, now = (
        (0, 0, 0, 0, 0, 0),
        (1000, 9, 20, 9, 0, 9),
        (2000, 9, 40, 9, 0, 9),
    )
    past = History(SLOS, (-40.0, -20.0, 0.0), (nothing, then, now))
    run = RunCounts(errors((0, 60)), past, RATE)
    first = bad_index(past, SLOS[0])
    assert [run.within(at, 40)[first] for at in (0, 10, 20)] == [9, 5, 0]


def test_seconds_before_all_history_hold_nothing() -> None:
    past = History.healthy(SLOS, rate=RATE, seconds=10)
    assert past.at(-100) == past.at(-10)
    assert past.covered(60) == 10
    assert RunCounts(errors((0, 5)), past, RATE).within(5, 60)[TOTAL] == 15 * RATE


def test_without_traffic_nothing_is_counted() -> None:
    run = RunCounts(errors((1.0, 60)), none(), 0)
    assert run.at(60)[TOTAL] == run.at(60)[BAD] == 0


@pytest.mark.parametrize("moment", [0.0, 5.0, 9.99])
def test_a_moment_lies_in_the_stage_that_began_last(moment: float) -> None:
    run = RunCounts(errors((0.1, 10), (0.2, 10)), none(), RATE)
    assert run.stage_at(moment).index == 0
    assert run.stage_at(10).index == 1
