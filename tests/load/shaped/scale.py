"""Axes: from values to places, and round numbers to write beside them. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = (1, 2, 2.5, 5, 10)
_MOST = 6  # ticks


@dataclass(frozen=True)
class Scale:
    """`at` gives the place of a value between 0 and 1."""

    low: float
    high: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        low, high = self._form(self.low), self._form(self.high)
        place = (self._form(value) - low) / (high - low)
        return min(1.0, max(0.0, place))

    def ticks(self) -> list[float]:
        return _decades(self.low, self.high) if self.logarithmic else self._even()

    def _form(self, value: float) -> float:
        return math.log10(max(value, 1e-9)) if self.logarithmic else value

    def _even(self) -> list[float]:
        step = nice((self.high - self.low) / (_MOST - 1))
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(n * step, 10) for n in range(first, last + 1)]


def nice(step: float) -> float:
    """The next round number that is no smaller."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * each for each in _STEPS if power * each >= step * (1 - 1e-9))


def fit(values: Iterable[float], *, logarithmic: bool = False) -> Scale:
    """From zero on, or from the power of ten below, to a little more than the largest."""
    found = [each for each in values if math.isfinite(each)]
    if logarithmic:
        found = [max(each, 1.0) for each in found]
        low = 10.0 ** math.floor(math.log10(min(found, default=1.0)))
        return Scale(low, max([*found, low * 10]) * 1.25, logarithmic=True)
    high = max(found, default=0.0)
    if high <= 0:
        return Scale(0.0, 1.0)
    step = nice(high * 1.02 / (_MOST - 1))
    return Scale(0.0, step * math.ceil(high * 1.02 / step - 1e-9))


def _decades(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        found = [s * 10.0**p for p in powers for s in steps]
        found = [each for each in found if low <= each <= high]
        if len(found) <= _MOST + 1:
            break
    return found


def told(value: float) -> str:
    """As an axis says it: 0.5, 40, 1,200."""
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:g}"
