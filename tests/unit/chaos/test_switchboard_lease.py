from __future__ import annotations

import pytest

from tests.unit.chaos.board import Board


@pytest.fixture
def board() -> Board:
    return Board()


def keep_alive(board: Board, version: int, seconds: float, remaining: float) -> None:
    """A confirmation each second, as the listener brings them."""
    for second in range(1, int(seconds) + 1):
        board.time.advance(1)
        board.tell(version, remaining=remaining - second)


def test_a_confirmed_plan_is_in_force(board: Board) -> None:
    assert board.tell(1) is True
    assert board.on()
    assert board.in_force is not None
    assert board.version == 1


def test_the_same_version_again_is_no_change(board: Board) -> None:
    board.tell(1)
    assert board.tell(1) is False


def test_nothing_is_in_force_before_the_database_has_said_so(board: Board) -> None:
    assert not board.on()
    assert board.in_force is None


def test_it_ends_at_its_expiry(board: Board) -> None:
    board.tell(1, remaining=3)
    board.time.advance(2.99)
    assert board.on()
    board.time.advance(0.01)
    assert not board.on()
    assert board.to_end is None  # the database knows the expiry too


def test_it_ends_5_s_after_the_last_confirmation(board: Board) -> None:
    board.tell(1)
    keep_alive(board, 1, 10, 300)
    board.time.advance(4.99)
    assert board.on()
    board.time.advance(0.01)
    assert not board.on()
    assert board.to_end == 1


def test_the_lease_counts_from_when_the_database_was_asked(board: Board) -> None:
    board.tell(1, age=2)
    board.time.advance(2.99)
    assert board.on()
    board.time.advance(0.01)
    assert not board.on()


def test_a_confirmation_never_lengthens_a_version(board: Board) -> None:
    board.tell(1, remaining=3)
    board.time.advance(2)
    board.tell(1, remaining=3000)  # the database's clock jumped back
    board.time.advance(1)
    assert not board.on()


def test_a_confirmation_may_shorten_a_version(board: Board) -> None:
    board.tell(1, remaining=300)
    board.tell(1, remaining=1)
    board.time.advance(1)
    assert not board.on()


def test_a_lapsed_version_never_revives(board: Board) -> None:
    board.tell(1)
    board.time.advance(5)
    board.tell(1)
    assert not board.on()
    assert board.to_end == 1


def test_an_expired_version_never_revives(board: Board) -> None:
    board.tell(1, remaining=1)
    board.time.advance(1)
    board.tell(1, remaining=60)
    assert not board.on()


def test_a_version_that_came_expired_never_starts(board: Board) -> None:
    board.tell(1, remaining=0)
    board.tell(1, remaining=60)
    assert not board.on()


def test_the_next_version_starts_after_a_lapse(board: Board) -> None:
    board.tell(1)
    board.time.advance(5)
    assert board.tell(2) is True
    assert board.on()
    assert board.to_end is None


def test_a_longer_plan_is_a_new_version(board: Board) -> None:
    board.tell(1, remaining=2)
    board.time.advance(1)
    board.tell(2, remaining=4)
    board.time.advance(3.5)
    assert board.on()


def test_an_answer_overtaken_by_a_newer_one_is_ignored(board: Board) -> None:
    board.tell(2, enabled=False)
    assert board.tell(1) is False
    assert not board.on()
    assert board.version == 2


def test_an_answer_older_than_the_lease_starts_nothing(board: Board) -> None:
    assert board.tell(1, age=5) is True
    assert not board.on()
    board.tell(1)
    assert board.on()


def test_a_new_version_ends_the_old_one_even_when_it_came_late(board: Board) -> None:
    board.tell(1)
    board.tell(2, age=5)
    assert not board.on()


def test_a_disabled_plan_ends_the_one_in_force(board: Board) -> None:
    board.tell(1)
    assert board.tell(2, enabled=False) is True
    assert not board.on()


def test_the_same_version_reported_as_over_ends_it(board: Board) -> None:
    board.tell(1)
    board.tell(1, enabled=False, remaining=0)
    assert not board.on()


def test_stop_ends_it_at_once_and_tells_which(board: Board) -> None:
    board.tell(1)
    assert board.stop() == 1
    assert not board.on()
    assert board.to_end == 1


def test_a_stopped_version_never_revives(board: Board) -> None:
    board.tell(1)
    board.stop()
    board.tell(1)
    assert not board.on()


def test_stop_with_nothing_in_force_is_none(board: Board) -> None:
    assert board.stop() is None
    assert board.to_end is None


def test_the_database_learning_of_the_end_settles_it(board: Board) -> None:
    board.tell(1)
    board.stop()
    board.tell(2, enabled=False)
    assert board.to_end is None
