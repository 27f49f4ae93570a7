"""How many requests a second are asked for, and when. Plain Python, pure.

A shape is given to the pacer as words: `steady:50:600`, `spike:25:4:30:20`, `ramp:40:8`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from tests.load.shaped.book import Book
from tests.load.shaped.knee import Ramp


class Shape(Protocol):
    def rate(self, now: float, book: Book) -> float | None:
        """Requests a second from now on, `now` seconds after the start; None: it is over."""


@dataclass(frozen=True)
class Stages:
    """One rate after another: pairs of seconds and requests a second."""

    stages: Sequence[tuple[float, float]]

    @property
    def edges(self) -> list[float]:
        """Where each one ends."""
        return list(accumulate(seconds for seconds, _ in self.stages))

    def rate(self, now: float, book: Book) -> float | None:  # noqa: ARG002
        for end, (_, rate) in zip(self.edges, self.stages, strict=True):
            if now < end:
                return rate
        return None


def steady(rate: float, seconds: float) -> Shape:
    return Stages([(seconds, rate)])


def spike(base: float, times: float, high: float, around: float) -> Shape:
    """`base`, then `times` as much for `high` seconds, then `base`; `around` before and after."""
    return Stages([(around, base), (high, base * times), (around, base)])


_MADE: dict[str, Callable[..., Shape]] = {
    "steady": steady,
    "spike": spike,
    "ramp": Ramp,
}


def read(words: str) -> Shape:
    """Raises ValueError for what is no shape."""
    name, *numbers = words.split(":")
    if name not in _MADE:
        message = f"{name} is no shape; there are {', '.join(_MADE)}"
        raise ValueError(message)
    try:
        return _MADE[name](*(float(number) for number in numbers))
    except TypeError as error:
        message = f"{words}: {error}"
        raise ValueError(message) from error
