from __future__ import annotations

import pytest

from sre_console.chaos.plan import FaultSpec
from tests.unit.chaos.board import Board

HALF = FaultSpec(error_rate=0.5)


@pytest.fixture
def board() -> Board:
    return Board()


def test_a_renewal_lets_the_same_version_last_longer(board: Board) -> None:
    board.tell(1, remaining=3, renewals=7)
    board.time.advance(2)
    assert board.tell(1, remaining=4, renewals=8) is False  # no new version
    board.time.advance(3.99)
    assert board.on()
    board.time.advance(0.01)
    assert not board.on()


def test_one_renewal_lengthens_it_once_whatever_the_clock_says_then(
    board: Board,
) -> None:
    board.tell(1, remaining=3)
    board.tell(1, remaining=4, renewals=1)
    board.time.advance(2)
    board.tell(1, remaining=300, renewals=1)  # the database's clock jumped back
    board.time.advance(2)
    assert not board.on()


def test_a_renewal_does_not_revive_what_has_ended(board: Board) -> None:
    board.tell(1, remaining=1)
    board.time.advance(1)
    board.tell(1, remaining=60, renewals=1)
    assert not board.on()


def test_a_renewal_does_not_outlast_the_lease(board: Board) -> None:
    board.tell(1)
    board.tell(1, remaining=3000, renewals=1)
    board.time.advance(5)
    assert not board.on()
    assert board.to_end == 1


def test_a_renewal_that_was_overtaken_shortens_nothing(board: Board) -> None:
    board.tell(1, remaining=60, renewals=2)
    board.tell(1, remaining=1, renewals=1)
    board.time.advance(2)
    assert board.on()


def test_a_renewal_may_shorten_it(board: Board) -> None:
    board.tell(1, remaining=60)
    board.tell(1, remaining=1, renewals=1)
    board.time.advance(1)
    assert not board.on()


def test_a_stopped_version_stays_stopped_through_a_renewal(board: Board) -> None:
    board.tell(1)
    board.stop()
    board.tell(1, remaining=60, renewals=1)
    assert not board.on()


def test_the_next_version_counts_its_renewals_on_from_there(board: Board) -> None:
    board.tell(1, remaining=60, renewals=5)
    board.tell(2, remaining=2, renewals=5)
    board.time.advance(1)
    board.tell(2, remaining=60, renewals=5)
    board.time.advance(1)
    assert not board.on()


def test_pacing_counts_on_through_a_renewal(board: Board) -> None:
    board.tell(1, HALF)
    first = board.decide("GET", "/api/users")
    board.tell(1, HALF, renewals=1)
    second = board.decide("GET", "/api/users")
    assert first is not None
    assert second is not None
    assert (first.error, second.error) == (False, True)


def test_dependency_faults_last_as_long_as_the_renewal(board: Board) -> None:
    board.tell(1, FaultSpec(dependency_error_rate=1), remaining=1)
    board.tell(1, FaultSpec(dependency_error_rate=1), remaining=4, renewals=1)
    board.time.advance(3)
    assert board.fails_dependency("GET", "/api/users")
