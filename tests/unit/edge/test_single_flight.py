from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from ironclad.edge.single_flight import SingleFlight


class _Questions:
    """Put when the test says so, and answered with their number."""

    def __init__(self) -> None:
        self.put: list[Callable[[], None]] = []
        self.answers: list[asyncio.Future[int]] = []

    async def ask(self, begins: Callable[[], None]) -> int:
        self.put.append(begins)
        self.answers.append(asyncio.get_running_loop().create_future())
        return await self.answers[-1]

    def answer(self, number: int) -> None:
        self.answers[number].set_result(number)


@pytest.fixture
def questions() -> _Questions:
    return _Questions()


async def _asked(flight: SingleFlight[int], times: int = 1) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(flight()) for _ in range(times)]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_those_who_ask_before_it_is_put_share_one_question(
    questions: _Questions,
) -> None:
    waiting = await _asked(flight := SingleFlight(questions.ask), 3)
    waiting += await _asked(flight, 2)
    questions.put[0]()
    questions.answer(0)
    assert await asyncio.gather(*waiting) == [0] * 5


async def test_who_comes_after_it_was_put_gets_the_answer_to_the_next(
    questions: _Questions,
) -> None:
    first = await _asked(flight := SingleFlight(questions.ask))
    questions.put[0]()
    second = await _asked(flight, 2)
    questions.answer(0)
    questions.answer(1)
    assert await asyncio.gather(*first, *second) == [0, 1, 1]


async def test_an_answer_is_not_kept(questions: _Questions) -> None:
    flight = SingleFlight(questions.ask)
    for number in range(2):
        waiting = await _asked(flight)
        questions.answer(number)
        assert await waiting[0] == number


async def test_a_failure_is_told_to_all_who_shared_it(questions: _Questions) -> None:
    waiting = await _asked(flight := SingleFlight(questions.ask), 2)
    questions.answers[0].set_exception(OSError("away"))
    told = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in told] == [OSError, OSError]
    again = await _asked(flight)
    questions.answer(1)
    assert await again[0] == 1


async def test_one_that_gives_up_takes_it_from_nobody(questions: _Questions) -> None:
    waiting = await _asked(SingleFlight(questions.ask), 2)
    waiting[0].cancel()
    await asyncio.sleep(0)
    questions.answer(0)
    assert await waiting[1] == 0
