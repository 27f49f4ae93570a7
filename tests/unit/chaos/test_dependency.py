from __future__ import annotations

import threading
import time

import pytest

from ironclad.clock import clock as real_clock
from ironclad.resilience.faults import DependencyFault
from sre_console.chaos.dependency import DependencyBoard
from sre_console.chaos.plan import FaultSpec

from .board import Board, plan

SEVEN = FaultSpec(dependency_error_rate=0.07)
SLOW = FaultSpec(dependency_latency_ms=700)


@pytest.fixture
def board() -> Board:
    return Board()


def hits(board: Board, number: int, attempt: int = 1) -> list[int]:
    decided = [
        board.dependency.decide("GET", "/api/users", attempt) for _ in range(number)
    ]
    return [i for i, fault in enumerate(decided, 1) if fault and fault.error]


def test_errors_are_paced_evenly(board: Board) -> None:
    board.tell(1, SEVEN)
    assert len(hits(board, 1000)) == 70
    board.tell(2, SEVEN)  # at 0 again on each new version
    assert hits(board, 43) == [15, 29, 43]


def test_each_attempt_is_paced_for_itself(board: Board) -> None:
    board.tell(1, SEVEN)
    assert hits(board, 15) == [15]
    assert hits(board, 15, attempt=2) == [15]
    assert hits(board, 15, attempt=3) == [15]


def test_random_pacing_repeats_for_its_seed_and_differs_by_attempt(
    board: Board,
) -> None:
    drawn = FaultSpec(dependency_error_rate=0.3, pacing="random", seed=7)
    board.tell(1, drawn)
    first, retries = hits(board, 200), hits(board, 200, attempt=2)
    board.tell(2, drawn)
    assert hits(board, 200) == first != retries


def test_a_delay_meets_every_attempt(board: Board) -> None:
    board.tell(3, SLOW)
    fault = DependencyFault(3, delay=0.7)
    assert board.dependency.decide("GET", "/api/users", 1) == fault
    assert board.dependency.decide("GET", "/api/users", 2) == fault


def test_other_requests_are_left_alone(board: Board) -> None:
    writes = FaultSpec(dependency_error_rate=1, methods=("POST",))
    board.tell(1, writes)
    assert board.dependency.decide("GET", "/api/users", 1) is None
    assert board.fails_dependency("POST", "/api/users")
    assert not board.fails_dependency("GET", "/api/users")
    board.tell(2, FaultSpec(error_rate=1))
    assert board.dependency.decide("POST", "/api/users", 1) is None
    assert not board.fails_dependency("POST", "/api/users")


def test_it_ends_with_its_lease_also_when_nobody_sweeps(board: Board) -> None:
    board.tell(1, SEVEN)
    board.time.advance(4.99)
    assert board.dependency.in_force("GET", "/api/users")
    board.time.advance(0.01)
    assert not board.dependency.in_force("GET", "/api/users")
    assert board.dependency.decide("GET", "/api/users", 1) is None


def test_a_confirmation_prolongs_it(board: Board) -> None:
    board.tell(1, SEVEN)
    for _ in range(20):
        board.time.advance(1)
        board.tell(1, SEVEN)
    assert board.dependency.in_force("GET", "/api/users")


def test_it_ends_at_once_when_it_is_stopped(board: Board) -> None:
    board.tell(1, SEVEN)
    fault = DependencyFault(1, error=True)
    assert board.dependency.stands(fault)
    board.stop()
    assert not board.dependency.stands(fault)
    assert not board.dependency.in_force("GET", "/api/users")


def test_an_error_of_an_earlier_version_no_longer_stands(board: Board) -> None:
    board.tell(1, SEVEN)
    board.tell(2, SEVEN)
    assert not board.dependency.stands(DependencyFault(1, error=True))


# -- in real time, with real threads ----------------------------------------------------------


@pytest.fixture
def real() -> DependencyBoard:
    return DependencyBoard(real_clock)


def held(board: DependencyBoard, fault: DependencyFault, most: float) -> float:
    began = time.monotonic()
    board.hold(fault, most)
    return time.monotonic() - began


def test_a_delay_is_held_in_full(real: DependencyBoard) -> None:
    real.start(plan(1, SLOW), real_clock.monotonic() + 10)
    assert 0.05 <= held(real, DependencyFault(1, delay=0.05), 10) < 0.3


def test_a_delay_is_held_no_longer_than_there_is_time(real: DependencyBoard) -> None:
    real.start(plan(1, SLOW), real_clock.monotonic() + 10)
    assert 0.05 <= held(real, DependencyFault(1, delay=10), 0.05) < 0.3


def test_an_end_wakes_every_delay(real: DependencyBoard) -> None:
    real.start(plan(1, SLOW), real_clock.monotonic() + 60)
    took: list[float] = []
    threads = [
        threading.Thread(
            target=lambda: took.append(held(real, DependencyFault(1, delay=30), 60))
        )
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    while len(real._changed._waiters) < 20:  # type: ignore[attr-defined]
        time.sleep(0.005)
    real.end()
    for thread in threads:
        thread.join(5)
    assert len(took) == 20


def test_a_delay_ends_with_a_lease_that_nobody_confirms(real: DependencyBoard) -> None:
    real.start(plan(1, SLOW), real_clock.monotonic() + 0.05)
    assert held(real, DependencyFault(1, delay=30), 60) < 1
