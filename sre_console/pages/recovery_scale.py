"""What was achieved on one line with what is aimed at and promised: logarithmic. Pure.

A restore of seconds beside a promise of hours would be no more than a hair on a linear one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

_LEAST, _MOST = 1.0, 86_400.0  # seconds: the ends of the line
TICKS = (("1 s", 1.0), ("1 min", 60.0), ("1 h", 3600.0), ("1 d", 86_400.0))


@dataclass(frozen=True, slots=True)
class Tick:
    word: str
    at: str  # as "36.0%" of the width
    anchor: str  # of its text: start, middle, end


def place(seconds: float) -> float:
    """Percent of the width; what is beyond an end is at it."""
    within = min(max(seconds, _LEAST), _MOST)
    return round(100 * log10(within / _LEAST) / log10(_MOST / _LEAST), 1)


def percent(seconds: float) -> str:
    return f"{place(seconds)}%"


def ticks() -> tuple[Tick, ...]:
    anchors = ("start", *("middle",) * (len(TICKS) - 2), "end")
    return tuple(
        Tick(word, percent(seconds), anchor)
        for (word, seconds), anchor in zip(TICKS, anchors, strict=True)
    )
