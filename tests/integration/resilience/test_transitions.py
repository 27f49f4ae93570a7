from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from ironclad.resilience.events import BreakerChanged, CallRefused
from sre_console.resilience.transitions import (
    Transitions,
    transitions_json,
    transitions_store,
)
from tests.clock import FakeClock

ONE = uuid4()


def change(number: int, at: float = 1000.0) -> BreakerChanged:
    return BreakerChanged("database", "closed", "open", "failures", number, at)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def transitions(clock: FakeClock) -> Transitions:
    return Transitions(clock)


def test_they_are_kept_with_their_own_moment_until_they_are_stored(
    clock: FakeClock, transitions: Transitions
) -> None:
    clock.time += 7
    transitions(change(1, at=1002))
    transitions(CallRefused("database"))
    kept = transitions.unstored()
    assert [each.at.timestamp() for each in kept] == [1002]
    transitions(change(2, at=1006))
    transitions.stored(kept)
    assert [each.change.number for each in transitions.unstored()] == [2]


def test_a_long_outage_keeps_the_newest(transitions: Transitions) -> None:
    for number in range(1500):
        transitions(change(number))
    assert len(transitions.unstored()) == 1000
    assert transitions.unstored()[-1].change.number == 1499


@pytest.mark.django_db
def test_each_is_stored_once_and_read_newest_first(
    clock: FakeClock, transitions: Transitions
) -> None:
    transitions(change(1, at=998))
    transitions(change(2, at=999))
    for _ in range(2):
        transitions_store(transitions.unstored(), ONE)
    until = clock.now()
    read = transitions_json(until - timedelta(minutes=1), until)
    assert [(each["number"], each["at"]) for each in read] == [(2, 999.0), (1, 998.0)]
    assert read[0] == {
        "replica": str(ONE), "name": "database", "number": 2, "at": 999.0,
        "from": "closed", "to": "open", "reason": "failures",
    }  # fmt: skip
    assert (
        transitions_json(until - timedelta(milliseconds=1500), until)[0]["number"] == 2
    )
