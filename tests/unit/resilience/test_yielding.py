from __future__ import annotations

from collections.abc import Callable

import pytest

from ironclad.clock import clock
from ironclad.resilience import yielding
from ironclad.resilience.process import bulkheads


class Inside:
    """The service's compartment, as many requests in it as were put there."""

    limit, waiting, refused, in_use = 32, 0, 0, 0


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Inside:
    made = Inside()
    monkeypatch.setitem(bulkheads, "service", made)
    return made


@pytest.fixture
def sleep(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """Time passes by sleeping alone; the list is done, one each time, while it does."""
    now = [100.0]
    happens: list[Callable[[], None]] = []

    def slept(seconds: float) -> None:
        now[0] += seconds
        if happens:
            happens.pop(0)()

    monkeypatch.setattr(clock, "monotonic", lambda: now[0])
    monkeypatch.setattr("ironclad.resilience.yielding.time.sleep", slept)
    return happens


def waited(seconds: float = 1.0, *, times: int = 1) -> float:
    """How long work waits that gives way for so long in all, before each statement."""
    began = clock.monotonic()
    with yielding.yielding(seconds):
        for _ in range(times):
            yielding.give_way()
    return clock.monotonic() - began


def test_it_waits_until_no_request_is_inside(
    service: Inside, sleep: list[Callable[[], None]]
) -> None:
    service.in_use = 1
    sleep += [lambda: None, lambda: setattr(service, "in_use", 0)]
    assert waited() == pytest.approx(0.002)


def test_nothing_waits_where_no_request_is_inside(
    service: Inside, sleep: list[Callable[[], None]]
) -> None:
    assert waited() == 0


def test_one_statement_waits_no_longer_than_most_requests_take(
    service: Inside, sleep: list[Callable[[], None]]
) -> None:
    service.in_use = 1
    assert waited() == pytest.approx(yielding.AT_ONCE)


def test_all_statements_together_wait_no_longer_than_was_given(
    service: Inside, sleep: list[Callable[[], None]]
) -> None:
    service.in_use = 1
    assert waited(0.05, times=10) == pytest.approx(0.05)


def test_work_that_was_not_told_to_give_way_does_not(
    service: Inside, sleep: list[Callable[[], None]]
) -> None:
    service.in_use = 1
    yielding.give_way()
    assert clock.monotonic() == 100


def test_a_process_without_requests_has_nobody_to_wait_for(
    monkeypatch: pytest.MonkeyPatch, sleep: list[Callable[[], None]]
) -> None:
    monkeypatch.delitem(bulkheads, "service", raising=False)
    assert waited() == 0
