"""Which requests a share falls on: evenly paced, or drawn."""

from __future__ import annotations

import random
from typing import Protocol

PPM = 1_000_000


class Pacer(Protocol):
    def step(self) -> bool:
        """Whether the next request is one of the share."""


class Accumulator:
    """Even pacing: of N requests exactly floor(N·rate) are hit, and always the same ones.

    Request i is hit iff floor(i·rate) > floor((i-1)·rate). The rate is kept in whole parts
    per million, so that no rounding error builds up over millions of requests.
    """

    __slots__ = ("_step", "_sum")

    def __init__(self, rate: float) -> None:
        self._step = round(rate * PPM)
        self._sum = 0

    def step(self) -> bool:
        self._sum += self._step
        if self._sum < PPM:
            return False
        self._sum -= PPM
        return True


class Draw:
    """Random pacing: each request is hit with this probability, repeatably for a seed."""

    __slots__ = ("_random", "_rate")

    def __init__(self, rate: float, source: random.Random) -> None:
        self._rate = rate
        self._random = source

    def step(self) -> bool:
        return self._random.random() < self._rate
