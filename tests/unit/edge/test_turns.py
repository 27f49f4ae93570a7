"""Processes that share a socket take connections in turn."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest

from ironclad.edge.turns import Turns
from ironclad.workers.board import Board


class Port:
    def __init__(self) -> None:
        self.connected, self.disconnecting = True, False
        self.numberAccepts = 100
        self.reading = True
        self.taken = 0

    def doRead(self) -> None:  # noqa: N802 - Twisted's name
        self.taken += self.numberAccepts

    def stopReading(self) -> None:  # noqa: N802
        self.reading = False

    def startReading(self) -> None:  # noqa: N802
        self.reading = True
        self.doRead()  # what waited is still there


@pytest.fixture
def board() -> Iterator[Board]:
    descriptor = Board.make()
    yield Board(descriptor)
    os.close(descriptor)


def _turns(port: Port, board: Board, connections: int) -> Turns:
    loop = asyncio.get_running_loop()
    return Turns(port, (board, 1), lambda: connections, loop)


async def test_one_is_taken_at_a_time(board: Board) -> None:
    port = Port()
    turns = _turns(port, board, 5)
    port.doRead()
    assert port.taken == 1
    turns.stop()


async def test_a_process_with_more_connections_lets_another_go_first(
    board: Board,
) -> None:
    port = Port()
    board.tell(2, 2)
    turns = _turns(port, board, 5)
    port.doRead()
    assert (port.taken, port.reading) == (0, False)
    turns.stop()


async def test_what_nobody_else_took_it_takes(board: Board) -> None:
    port = Port()
    board.tell(2, 0)
    turns = _turns(port, board, 5)
    port.doRead()
    async with asyncio.timeout(2):
        while not port.taken:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    assert (port.taken, port.reading) == (1, True)
    turns.stop()


async def test_the_others_see_how_many_it_has(board: Board) -> None:
    turns = _turns(Port(), board, 5)
    assert board.fewest_beside(2) == 5
    turns.stop()
    assert board.fewest_beside(2) is None


async def test_nobody_is_left_waiting_when_it_leaves(board: Board) -> None:
    port = Port()
    board.tell(2, 0)
    _turns(port, board, 5).stop()
    port.doRead()
    assert port.taken == 100
