"""The marks of a value axis, in steps that people count in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

_MOST = 4  # steps, or one more where the bounds lie between
_STEPS = (1, 2, 2.5, 5, 10)
_WHOLE = (1, 2, 5, 10)


def marks(values: list[float], defaults: Mapping[str, Any]) -> list[float]:
    """From the lowest to the highest, which are the axis' bounds.

    `defaults` are a panel's: `min` and `max` are kept, a soft minimum unless a value is lower.
    """
    low, high = _bounds(values, defaults)
    unit = defaults["unit"]
    step = _step((high - low) / _MOST, unit)
    if unit == "none" and "decimals" not in defaults:
        step = max(1, step)  # what is counted has no halves
    first, last = math.floor(low / step + 1e-6), math.ceil(high / step - 1e-6)
    return [number * step for number in range(first, last + 1)]


def _bounds(values: list[float], defaults: Mapping[str, Any]) -> tuple[float, float]:
    soft = defaults["custom"].get("axisSoftMin", math.inf)
    low = defaults.get("min", min([*values, soft], default=0))
    high = defaults.get("max", max(values, default=1))
    if high > low and not math.isclose(low, high, rel_tol=1e-9):
        return low, high
    return (0, high) if high > 0 else (low, low + 1)


def _step(least: float, unit: str) -> float:
    """The next one up."""
    if unit == "bytes":
        return 2.0 ** math.ceil(math.log2(least) - 1e-6)
    ten = 10.0 ** math.floor(math.log10(least))
    steps = _WHOLE if unit == "none" else _STEPS
    return next(ten * each for each in steps if ten * each >= least * 0.999)
