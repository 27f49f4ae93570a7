from __future__ import annotations

import pytest

from ironclad.clock import clock
from ironclad.errors import DeadlineExceeded
from ironclad.resilience import deadline
from ironclad.resilience.bulkhead import compartment


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(clock, "monotonic", lambda: now[0])
    return now


def test_without_a_deadline_all_is_left() -> None:
    assert deadline.remaining(7) == 7


def test_the_nearer_of_the_two_counts(time: list[float]) -> None:
    with deadline.within(2):
        assert deadline.remaining(7) == 2
        assert deadline.remaining(1) == 1
        time[0] += 1.5
        assert deadline.remaining(7) == 0.5


def test_an_inner_deadline_never_prolongs_the_outer(time: list[float]) -> None:
    with deadline.within(2), deadline.within(60):
        assert deadline.remaining(100) == 2


def test_the_outer_deadline_is_back_afterwards(time: list[float]) -> None:
    with deadline.within(5):
        with deadline.within(1):
            pass
        assert deadline.remaining(100) == 5


def test_nothing_left_is_an_error(time: list[float]) -> None:
    with deadline.within(1):
        time[0] += 1
        with pytest.raises(DeadlineExceeded):
            deadline.remaining(7)


def test_work_outside_requests_is_background() -> None:
    assert compartment.get() == "background"
