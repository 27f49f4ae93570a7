"""Each process sees how many connections the others have."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from ironclad.workers.board import Board


@pytest.fixture
def descriptor() -> Iterator[int]:
    made = Board.make()
    yield made
    os.close(made)


def test_an_empty_one_names_nobody(descriptor: int) -> None:
    assert Board(descriptor).fewest_beside(1) is None


def test_the_fewest_of_the_others_are_seen(descriptor: int) -> None:
    one, other = Board(descriptor), Board(descriptor)
    one.tell(1, 0)
    other.tell(2, 7)
    other.tell(3, 5)
    assert one.fewest_beside(1) == 5
    assert other.fewest_beside(3) == 0


def test_one_that_is_gone_is_waited_for_by_nobody(descriptor: int) -> None:
    board = Board(descriptor)
    board.tell(1, 9)
    board.tell(2, 0)
    board.leave(2)
    assert board.fewest_beside(1) is None
