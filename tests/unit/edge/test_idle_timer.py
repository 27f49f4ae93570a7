from __future__ import annotations

import asyncio

import pytest

from ironclad.edge.idle_timer import IdleTimer


class _Loop:
    """The running loop, with a clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[_Call] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, look: object) -> _Call:
        self.calls.append(_Call(self, when, look))
        return self.calls[-1]

    def until(self, now: float) -> None:
        while due := [each for each in self.calls if each.at <= now]:
            self.now = due[0].at
            self.calls.remove(due[0])
            due[0].look()
        self.now = now


class _Call:
    def __init__(self, loop: _Loop, at: float, look: object) -> None:
        self.loop, self.at = loop, at
        assert callable(look)
        self.look = look

    def when(self) -> float:
        return self.at

    def cancel(self) -> None:
        self.loop.calls.remove(self)


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> _Loop:
    loop = _Loop()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: loop)
    return loop


@pytest.fixture
def over() -> list[float]:
    return []


@pytest.fixture
def timer(loop: _Loop, over: list[float]) -> IdleTimer:
    return IdleTimer(lambda: over.append(loop.now))


def test_it_goes_off_once(loop: _Loop, timer: IdleTimer, over: list[float]) -> None:
    timer.wait(10)
    loop.until(100)
    assert (over, loop.calls) == ([10.0], [])


def test_it_is_put_off_without_another_call_of_the_loop(
    loop: _Loop, timer: IdleTimer, over: list[float]
) -> None:
    timer.wait(10)
    for now in range(1, 10):
        loop.until(now)
        timer.begin_again()
        timer.wait(None)
        timer.wait(10)
        assert len(loop.calls) == 1
    loop.until(18.9)
    assert over == []
    loop.until(100)
    assert over == [19.0]


def test_a_shorter_wait_is_not_slept_through(
    loop: _Loop, timer: IdleTimer, over: list[float]
) -> None:
    timer.wait(75)
    timer.wait(10)
    loop.until(100)
    assert over == [10.0]


@pytest.mark.parametrize("begin_again", [False, True])
def test_one_that_waits_for_nothing_never_goes_off(
    loop: _Loop, timer: IdleTimer, over: list[float], begin_again: bool
) -> None:
    timer.wait(10)
    timer.wait(None)
    if begin_again:
        timer.begin_again()
    loop.until(100)
    assert (over, loop.calls) == ([], [])


def test_one_that_is_stopped_leaves_nothing(
    loop: _Loop, timer: IdleTimer, over: list[float]
) -> None:
    timer.wait(10)
    timer.stop()
    assert loop.calls == []
