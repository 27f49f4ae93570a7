"""The curve of a forecast as paths of an SVG: burn rates, and what is spent of the budget. Pure.

Plots are 1000 wide and 100 high, and stretched over the room there is; words stand beside them.
"""

# ruff: noqa: RUF001 - a times sign, as people read it
from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

WIDTH, HEIGHT = 1000, 100
_THRESHOLDS = ((14.4, "14.4×"), (6.0, "6×"), (1.0, "1×"))
_LEAST = 16.0  # top of the burn axis, at least
_APART = 0.09  # of the height: closer words would lie on each other

Json = Mapping[str, Any]
Line = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Mark:
    """A word on an axis; `at` is its share of the height from the top, or of the width."""

    at: float
    word: str

    @property
    def percent(self) -> str:
        return f"{self.at * 100:.1f}"


@dataclass(frozen=True, slots=True)
class Limit:
    y: float
    word: str


@dataclass(frozen=True, slots=True)
class Span:
    """A step: where it lies, and whether faults are on."""

    x: float
    width: float
    middle: float
    number: int
    hot: bool


@dataclass(frozen=True, slots=True)
class Fires:
    x: float
    soft: bool  # tells nobody at night


@dataclass(frozen=True, slots=True)
class Curve:
    lines: tuple[tuple[str, str], ...]  # window and path; the longest first
    limits: tuple[Limit, ...]
    marks: tuple[Mark, ...]  # words of the burn axis
    spent: str  # path
    area: str
    spent_marks: tuple[Mark, ...]
    spans: tuple[Span, ...]
    fires: tuple[Fires, ...]
    said: str  # the highest burn rates
    end: str


def curve_of(
    forecast: Json, *, hot: Sequence[bool], percent: Any, clock: Any
) -> Curve | None:
    """`hot` says of each step whether it injects; None where there is nothing to draw."""
    curve = forecast.get("curve") or {}
    times: Sequence[float] = curve.get("t") or ()
    whole = float(forecast["seconds"])
    if len(times) < 2 or whole <= 0:  # noqa: PLR2004
        return None
    burn: Mapping[str, Line] = curve["burn"]
    top = max(_LEAST, _most(burn.values()) * 1.1)
    worst = forecast["worst"]
    bad: Sequence[float] = curve["bad"][worst]
    all_bad = bad[-1] or 1
    share = float(forecast["budgetSpentRatio"][worst])
    ceiling = max(share * 1.15, 1e-9)

    def x(seconds: float) -> float:
        return round(seconds / whole * WIDTH, 1)

    def y(rate: float) -> float:
        return round(HEIGHT * (1 - math.asinh(rate) / math.asinh(top)), 2)

    def low(count: float) -> float:
        return round(HEIGHT * (1 - count / all_bad * share / ceiling), 2)

    spent = _path(times, bad, x, low)
    limits = [Limit(y(value), word) for value, word in _THRESHOLDS]
    peak = _most(burn.values())
    axis = [Mark(limit.y / HEIGHT, limit.word) for limit in limits]
    if peak > _THRESHOLDS[0][0] * 1.5:
        axis.append(Mark(y(peak) / HEIGHT, f"{peak:.0f}×"))
    return Curve(
        lines=tuple(
            (name, _path(times, burn[name], x, y))
            for name in ("6h", "1h", "5m")
            if name in burn
        ),
        limits=tuple(limits),
        marks=_apart(axis),
        spent=spent,
        area=f"{spent}L{WIDTH} {HEIGHT}L0 {HEIGHT}Z" if spent else "",
        spent_marks=(Mark(low(all_bad) / HEIGHT, percent(share)), Mark(1.0, "0 %")),
        spans=_spans(forecast.get("steps") or (), hot, x),
        fires=tuple(
            Fires(x(each["firesAfter"]), each["severity"] not in {"page", "critical"})
            for each in forecast.get("alerts") or ()
        ),
        said=", ".join(f"{name} {_most([line]):.1f}×" for name, line in burn.items()),
        end=clock(whole),
    )


def _most(lines: Iterable[Line]) -> float:
    return max((v for line in lines for v in line if v is not None), default=0.0)


def _path(times: Sequence[float], values: Line, x: Any, y: Any) -> str:
    """Moves where data is missing: a gap is no data."""
    out, pen = [], "M"
    for at, value in zip(times, values, strict=True):
        if value is None:
            pen = "M"
        else:
            out.append(f"{pen}{x(at)} {y(value)}")
            pen = "L"
    return "".join(out)


def _spans(steps: Sequence[Json], hot: Sequence[bool], x: Any) -> tuple[Span, ...]:
    found = []
    for step in steps:
        begin, end = x(step["beginsAfter"]), x(step["endsAfter"])
        index = int(step["index"])
        on = hot[index] if index < len(hot) else False
        middle = round((begin + end) / 2 / WIDTH * 100, 2)
        found.append(Span(begin, round(end - begin, 1), middle, index + 1, on))
    return tuple(found)


def _apart(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    ordered = sorted(marks, key=lambda mark: mark.at)
    close = {b for a, b in pairwise(ordered) if b.at - a.at < _APART}
    return tuple(mark for mark in ordered if mark not in close)
