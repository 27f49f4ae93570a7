from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from ironclad.clock import DatabaseClock
from ironclad.edge.events import FaultDecision
from sre_console.chaos.plan import FaultSpec
from sre_console.chaos.switchboard import Switchboard
from tests.unit.chaos.board import Board, plan

LONG = FaultSpec(latency_ms=10_000)


async def held(board: Switchboard, count: int = 1) -> list[asyncio.Task[float]]:
    """Requests that wait out a long delay; returned once all of them wait."""
    decision = FaultDecision(version=1, delay=10)
    tasks = [asyncio.ensure_future(board.hold(decision)) for _ in range(count)]
    await asyncio.sleep(0)  # each runs up to its wait
    assert len(board._held) == count
    return tasks


async def test_it_waits_as_long_as_decided() -> None:
    board = Switchboard(DatabaseClock())
    asked = DatabaseClock().monotonic()
    board.confirm(plan(1, LONG), remaining=60, asked=asked)
    began = time.monotonic()
    waited = await board.hold(FaultDecision(version=1, delay=0.05))
    assert 0.05 <= time.monotonic() - began < 1
    assert waited >= 0.05
    assert not board._held


async def test_no_delay_is_no_wait() -> None:
    board = Board()
    board.tell(1)
    assert await board.hold(FaultDecision(version=1, error=True)) == 0


def stopped(board: Board) -> None:
    board.stop()


def disabled(board: Board) -> None:
    board.tell(2, enabled=False)


def expired(board: Board) -> None:
    board.tell(1, LONG, remaining=1)
    board.time.advance(1)
    board.sweep()


def lapsed(board: Board) -> None:
    board.time.advance(5)
    board.sweep()


def lowered(board: Board) -> None:
    board.tell(2, FaultSpec(latency_ms=100))


@pytest.mark.parametrize("end", [stopped, disabled, expired, lapsed, lowered])
async def test_an_end_wakes_the_delays_in_progress(
    end: Callable[[Board], None],
) -> None:
    board = Board()
    board.tell(1, LONG)
    tasks = await held(board, 300)
    end(board)
    await asyncio.wait_for(asyncio.gather(*tasks), timeout=2)
    assert not board._held


async def test_a_change_that_keeps_the_latency_lets_them_wait_on() -> None:
    board = Board()
    board.tell(1, LONG)
    (task,) = await held(board)
    board.tell(2, FaultSpec(latency_ms=10_000, error_rate=0.5))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not task.done()
    task.cancel()


async def test_a_client_that_leaves_is_forgotten() -> None:
    board = Board()
    board.tell(1, LONG)
    (task,) = await held(board)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not board._held


async def test_a_delay_decided_before_the_end_does_not_begin_after_it() -> None:
    board = Board()
    board.tell(1, LONG)
    board.stop()
    assert await board.hold(FaultDecision(version=1, delay=10)) == 0
