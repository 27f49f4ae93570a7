"""Answers about windows of time, told again while nothing new can be in them.

A window that reaches up to now is the same one until its source takes the next step; one that is
over is known by its exact ends. Answers are kept for a step, failures never.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from ironclad.clock import Clock

T = TypeVar("T")
_Key = tuple[bool, int, int]  # open or over; its ends, or the steps that they lie in


class AskedWindows(Generic[T]):
    """May be used from any thread; those who ask for one window at once share the question."""

    def __init__(self, by: Clock, *, most: int) -> None:
        self._clock = by
        self._most = most  # windows
        self._lock = threading.Lock()
        self._answers: OrderedDict[_Key, tuple[float, T]] = OrderedDict()
        self._flights: dict[_Key, Future[T]] = {}

    def get(self, begin: int, end: int, *, step: float, ask: Callable[[], T]) -> T:
        """Its answer, `ask`ed for unless that was done within the step. Ends are epoch seconds.

        Raises what `ask` raises, also for those who waited for it.
        """
        key = self._key(begin, end, step)
        with self._lock:
            known = self._answers.get(key)
            if known is not None and self._clock.monotonic() - known[0] <= step:
                self._answers.move_to_end(key)
                return known[1]
            flight = self._flights.get(key)
            ours = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if ours:
            self._fly(key, flight, ask)
        return flight.result()

    def _key(self, begin: int, end: int, step: float) -> _Key:
        if end <= self._clock.epoch() - step:
            return False, begin, end
        return True, int(begin // step), int(end // step)

    def _fly(self, key: _Key, flight: Future[T], ask: Callable[[], T]) -> None:
        asked = self._clock.monotonic()
        try:
            answer = ask()
        except BaseException as error:  # noqa: BLE001 - told to all who wait, and raised there
            with self._lock:
                del self._flights[key]
            flight.set_exception(error)
            return
        with self._lock:
            del self._flights[key]
            self._answers[key] = asked, answer
            self._answers.move_to_end(key)
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        flight.set_result(answer)
