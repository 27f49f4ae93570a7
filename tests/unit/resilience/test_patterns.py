from __future__ import annotations

import pytest

from ironclad.errors import (
    BulkheadFull,
    CircuitOpen,
    DatabaseUnavailable,
    DeadlineExceeded,
    IroncladError,
    NotFound,
    PoolExhausted,
)
from ironclad.resilience.lease import LEASE
from ironclad.resilience.patterns import NONE, PATTERNS, Pattern, Patterns, pattern_of
from tests.clock import FakeClock

RETRY: frozenset[Pattern] = frozenset({"retry"})


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def patterns(clock: FakeClock) -> Patterns:
    return Patterns(clock)


def off(
    patterns: Patterns, clock: FakeClock, version: int = 1, remaining: float = 300
) -> bool:
    return patterns.confirm(
        version, RETRY, remaining=remaining, asked=clock.monotonic()
    )


def test_all_are_on_at_first(patterns: Patterns) -> None:
    assert all(patterns.on(pattern) for pattern in PATTERNS)
    assert patterns.off == NONE


def test_what_is_switched_off_is_off_and_the_others_stay(
    patterns: Patterns, clock: FakeClock
) -> None:
    assert off(patterns, clock) is True
    assert not patterns.on("retry")
    assert patterns.on("breaker")
    assert patterns.off == RETRY


def test_it_is_on_again_at_its_expiry_with_nobody_looking(
    patterns: Patterns, clock: FakeClock
) -> None:
    off(patterns, clock, remaining=3)
    clock.advance(3)
    assert patterns.on("retry")
    assert patterns.off == NONE


def test_it_is_on_again_5_s_after_the_last_confirmation(
    patterns: Patterns, clock: FakeClock
) -> None:
    off(patterns, clock)
    clock.advance(LEASE - 0.01)
    assert not patterns.on("retry")
    clock.advance(0.01)
    assert patterns.on("retry")
    patterns.sweep()
    assert patterns.to_end == 1
    off(patterns, clock)  # the database still thinks so
    assert patterns.on("retry")


def test_a_confirmation_keeps_it_off(patterns: Patterns, clock: FakeClock) -> None:
    off(patterns, clock)
    for second in range(1, 20):
        clock.advance(1)
        off(patterns, clock, remaining=300 - second)
        assert not patterns.on("retry")


def test_restoring_switches_all_on_at_once(
    patterns: Patterns, clock: FakeClock
) -> None:
    off(patterns, clock)
    assert patterns.restore() == 1
    assert patterns.on("retry")
    off(patterns, clock)
    assert patterns.on("retry")
    assert patterns.restore() is None


def test_a_new_version_takes_the_place_of_the_old(
    patterns: Patterns, clock: FakeClock
) -> None:
    off(patterns, clock)
    patterns.confirm(2, frozenset({"breaker"}), remaining=60, asked=clock.monotonic())
    assert patterns.on("retry")
    assert not patterns.on("breaker")
    patterns.confirm(3, NONE, remaining=0, asked=clock.monotonic())
    assert patterns.off == NONE
    assert patterns.version == 3


@pytest.mark.parametrize(
    ("error", "pattern"),
    [
        (CircuitOpen(), "breaker"),
        (BulkheadFull(), "bulkhead"),
        (PoolExhausted(), "bulkhead"),
        (DeadlineExceeded(), "deadline"),
        (DatabaseUnavailable(), None),
        (NotFound(), None),
    ],
)
def test_a_refusal_names_its_pattern(
    error: IroncladError, pattern: Pattern | None
) -> None:
    assert pattern_of(error) == pattern
