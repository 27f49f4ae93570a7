from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from sre_console.slo.asked_windows import AskedWindows
from tests.clock import FakeClock

STEP = 15.0
NOW = 1_500_000  # on a step


class _Source:
    """Counts what it is asked; fails while it is told to."""

    def __init__(self) -> None:
        self.clock = FakeClock(NOW)
        self.windows = AskedWindows[int](self.clock, most=3)
        self.asked = 0
        self.fails = False

    def answer(self) -> int:
        self.asked += 1
        if self.fails:
            raise OSError("away")
        return self.asked

    def get(self, begin: int, end: int, ask: Callable[[], int] | None = None) -> int:
        return self.windows.get(begin, end, step=STEP, ask=ask or self.answer)


@pytest.fixture
def source() -> _Source:
    return _Source()


def test_a_window_asked_twice_within_its_step_is_one_question(source: _Source) -> None:
    for _ in range(15):
        now = int(source.clock.epoch())
        # The last hour, which moves on each second.
        assert source.get(now - 3600, now) == 1
        source.clock.time += 1
    now = int(source.clock.epoch())
    assert source.get(now - 3600, now) == 2


def test_an_answer_lasts_no_longer_than_a_step(source: _Source) -> None:
    source.get(0, 1000)
    source.clock.time += STEP
    assert source.get(0, 1000) == 1
    source.clock.time += 0.1
    assert source.get(0, 1000) == 2


def test_windows_that_are_over_are_told_apart_by_the_second(source: _Source) -> None:
    assert [source.get(0, 1000), source.get(1, 1000), source.get(0, 1001)] == [1, 2, 3]


def test_a_failure_is_raised_and_not_kept(source: _Source) -> None:
    source.fails = True
    with pytest.raises(OSError, match="away"):
        source.get(0, 1000)
    source.fails = False
    assert source.get(0, 1000) == 2


def test_the_least_recently_asked_go_first(source: _Source) -> None:
    for begin in (1, 2, 3, 1, 4):
        source.get(begin, 1000)
    assert source.asked == 4
    source.get(1, 1000)
    assert source.asked == 4
    source.get(2, 1000)
    assert source.asked == 5


class _Noticed(Future[int]):
    """Lets the test see who waits."""

    waiting = threading.Semaphore(0)

    def result(self, timeout: float | None = None) -> int:
        self.waiting.release()
        return super().result(timeout)


@pytest.mark.parametrize("fails", [False, True])
def test_those_who_ask_at_once_share_the_question(
    source: _Source, fails: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sre_console.slo.asked_windows.Future", _Noticed)
    source.fails = fails
    began, go_on = threading.Event(), threading.Event()

    def slow() -> int:
        began.set()
        assert go_on.wait(5)
        return source.answer()

    with ThreadPoolExecutor(4) as pool:
        tasks = [pool.submit(source.get, 0, 1000, slow)]
        assert began.wait(5)
        tasks += [pool.submit(source.get, 0, 1000) for _ in range(3)]
        for _ in range(3):
            assert _Noticed.waiting.acquire(timeout=5)
        go_on.set()
        failures = [each.exception(5) for each in tasks]
    assert source.asked == 1
    assert [isinstance(each, OSError) for each in failures] == [fails] * 4
