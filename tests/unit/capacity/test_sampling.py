from __future__ import annotations

from typing import Any

import pytest

from ironclad.observability.usage import Machine
from ironclad.resilience import process
from sre_console.capacity.caching import CacheCounts
from sre_console.capacity.sampling import CONSOLES, SERVICE, Reading, Sampler, tail
from tests.clock import FakeClock

SWEEP = 0.05


class Kernel:
    """A process that keeps 40 % of a core busy, on a machine that is 70 % busy."""

    def __init__(self) -> None:
        self.cache: float | None = None  # hits a second; as many misses
        self.fresh = True

    def __call__(self, at: float) -> Reading:
        hits = None if self.cache is None else self.cache * at
        return Reading(
            at=at,
            cpu=0.4 * at,
            machine=Machine(busy=int(140 * at), all=int(200 * at)),
            rss=100_000_000,
            cache=None if hits is None else CacheCounts((hits, hits, 0.0), 5.0, 900.0, self.fresh),
        )  # fmt: skip


class Bounded:
    def __init__(self, in_use: int, limit: int, waiting: int = 0) -> None:
        self.in_use, self.limit, self.waiting, self.refused = in_use, limit, waiting, 0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def kernel() -> Kernel:
    return Kernel()


@pytest.fixture
def sampler(clock: FakeClock, kernel: Kernel) -> Sampler:
    return Sampler(clock, kernel, processes=2)


def run(sampler: Sampler, clock: FakeClock, seconds: float, late: float = 0.0) -> None:
    for _ in range(round(seconds / SWEEP)):
        clock.advance(SWEEP)
        sampler.turn(late)


def test_before_the_first_turn_nothing_is_known(sampler: Sampler) -> None:
    used = sampler.usage(None)
    for name in ("requestsPerSecond", "cpu", "machine", "loopLagSeconds", "slots"):
        assert used[name] is None, name


def test_it_tells_what_the_last_seconds_have_used(
    sampler: Sampler, clock: FakeClock
) -> None:
    run(sampler, clock, 15)
    used = sampler.usage(48.5)
    assert used["requestsPerSecond"] == 48.5
    assert used["cpu"] == pytest.approx(0.4, abs=0.001)
    assert used["machine"] == pytest.approx(0.7, abs=0.001)
    assert used["memoryBytes"] == 100_000_000
    assert used["processes"] == 2
    assert used["cache"] is None


def test_the_loops_lag_is_the_tail_and_not_the_mean(
    sampler: Sampler, clock: FakeClock
) -> None:
    run(sampler, clock, 9.75, late=0.001)
    run(sampler, clock, 0.25, late=0.3)
    used = sampler.usage(None)
    assert (used["loopLagSeconds"], used["loopLagWorstSeconds"]) == (0.3, 0.3)
    run(sampler, clock, 10, late=0.001)  # over, and forgotten
    assert sampler.usage(None)["loopLagWorstSeconds"] == 0.001


def test_places_are_told_on_the_average_and_waiting_at_its_worst(
    sampler: Sampler, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(process.bulkheads, SERVICE, Bounded(4, 32))
    monkeypatch.setitem(process.bulkheads, CONSOLES, Bounded(3, 500))
    run(sampler, clock, 5)
    monkeypatch.setitem(process.bulkheads, SERVICE, Bounded(8, 32, waiting=2))
    run(sampler, clock, 5)
    used: dict[str, Any] = sampler.usage(None)
    assert used["slots"] == {"inUse": 6.0, "peak": 8, "limit": 32, "waiting": 2}
    assert used["consoles"] == {"inUse": 3, "limit": 500}


def test_the_caches_counts_become_rates(
    sampler: Sampler, clock: FakeClock, kernel: Kernel
) -> None:
    kernel.cache = 20.0
    run(sampler, clock, 12)
    assert sampler.usage(None)["cache"] == {
        "entries": 5, "bytes": 900, "fresh": True,
        "hit": pytest.approx(20), "miss": pytest.approx(20), "bypass": 0.0,
    }  # fmt: skip


def test_a_listener_is_cut_when_it_was_for_most_of_the_time(
    sampler: Sampler, clock: FakeClock, kernel: Kernel
) -> None:
    kernel.cache = 20.0
    told: list[object] = []
    for fresh, seconds in ((True, 12), (False, 2), (False, 6)):
        kernel.fresh = fresh
        run(sampler, clock, seconds)
        used: dict[str, Any] = sampler.usage(None)
        told.append(used["cache"]["fresh"])
    assert told == [True, True, False]


def test_the_tail_of_few_values_is_the_last() -> None:
    assert tail([]) is None
    assert tail([0.2, 0.1]) == 0.2
    assert tail([float(n) for n in range(200)]) == 197.0
