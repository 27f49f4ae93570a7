from __future__ import annotations

import pytest

from ironclad.edge.events import FaultDecision
from sre_console.chaos.plan import FaultSpec
from tests.unit.chaos.board import Board


@pytest.fixture
def board() -> Board:
    return Board()


def decisions(board: Board, count: int) -> list[FaultDecision]:
    made = [board.decide("GET", "/api/users") for _ in range(count)]
    return [decision for decision in made if decision is not None]


def test_errors_are_paced_exactly(board: Board) -> None:
    board.tell(1, FaultSpec(error_rate=0.07))
    made = decisions(board, 1000)
    assert len(made) == 1000
    assert sum(decision.error for decision in made) == 70


def test_errors_and_delays_have_a_pacing_each(board: Board) -> None:
    board.tell(1, FaultSpec(error_rate=0.5, latency_ms=100, latency_rate=0.25))
    made = decisions(board, 8)
    assert [decision.error for decision in made] == [False, True] * 4
    assert [decision.delay for decision in made] == [0, 0, 0, 0.1] * 2


def test_a_new_version_counts_from_zero(board: Board) -> None:
    board.tell(1, FaultSpec(error_rate=0.5))
    decisions(board, 1)
    board.tell(2, FaultSpec(error_rate=0.5))
    assert [decision.error for decision in decisions(board, 2)] == [False, True]


def test_a_decision_carries_its_version(board: Board) -> None:
    board.tell(41)
    assert [decision.version for decision in decisions(board, 1)] == [41]


def test_requests_outside_the_target_are_left_alone(board: Board) -> None:
    board.tell(1, FaultSpec(error_rate=1, methods=("POST",)))
    assert board.decide("GET", "/api/users") is None
    assert board.decide("POST", "/api/chaos") is None
    assert board.decide("POST", "/api/users") is not None


def test_untargeted_requests_do_not_move_the_pacing(board: Board) -> None:
    board.tell(1, FaultSpec(error_rate=0.5, methods=("GET",)))
    board.decide("POST", "/api/users")
    assert [decision.error for decision in decisions(board, 2)] == [False, True]


def test_jitter_stays_within_its_bounds_and_repeats(board: Board) -> None:
    spec = FaultSpec(latency_ms=100, jitter_ms=40)
    board.tell(1, spec)
    first = [decision.delay for decision in decisions(board, 50)]
    assert all(0.06 <= delay <= 0.14 for delay in first)
    assert len(set(first)) > 1
    again = Board()
    again.tell(1, spec)
    assert first == [decision.delay for decision in decisions(again, 50)]


def test_jitter_never_makes_a_negative_delay(board: Board) -> None:
    board.tell(1, FaultSpec(latency_ms=1, jitter_ms=1000))
    assert min(decision.delay for decision in decisions(board, 50)) == 0


def test_random_pacing_repeats_with_its_seed(board: Board) -> None:
    spec = FaultSpec(error_rate=0.3, pacing="random", seed=11)
    other = Board()
    board.tell(1, spec)
    other.tell(9, spec)
    mine = [decision.error for decision in decisions(board, 60)]
    assert mine == [decision.error for decision in decisions(other, 60)]
    assert 0 < sum(mine) < 60


def test_a_decided_error_stands_while_errors_are_on(board: Board) -> None:
    board.tell(1)
    (decision,) = decisions(board, 1)
    assert board.stands(decision)
    board.tell(2)
    assert board.stands(decision)


def test_a_decided_error_falls_with_the_end_of_the_plan(board: Board) -> None:
    board.tell(1)
    (decision,) = decisions(board, 1)
    board.stop()
    assert not board.stands(decision)
    board.tell(3)
    assert not board.stands(decision)


def test_a_decided_error_falls_when_errors_are_taken_away(board: Board) -> None:
    board.tell(1, FaultSpec(error_rate=1, latency_ms=10))
    (decision,) = decisions(board, 1)
    board.tell(2, FaultSpec(latency_ms=10))
    assert not board.stands(decision)
