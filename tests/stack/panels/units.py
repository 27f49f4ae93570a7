"""Values as Grafana would write them, in the units that the dashboards use."""

from __future__ import annotations

import math
from collections.abc import Callable

_STEPS = ("", "K", "M", "G", "T")


def written(value: float, unit: str, decimals: int | None = None) -> str:
    """Raises KeyError for a unit that has no words here."""
    if math.isnan(value):
        return "no data"
    if unit.startswith("suffix:"):
        return _plain(value, decimals) + unit.removeprefix("suffix:")
    return _UNITS[unit](value, decimals)


def _plain(value: float, decimals: int | None) -> str:
    if decimals is None:
        decimals = 0 if math.isclose(value, round(value)) else 3 - _digits(value)
    return f"{value:,.{max(0, min(decimals, 5))}f}"


def _digits(value: float) -> int:
    return math.floor(math.log10(abs(value))) + 1 if value else 1


def _stepped(value: float, by: int, decimals: int | None, after: str) -> str:
    step = 0
    while abs(value) >= by and step < len(_STEPS) - 1:
        value, step = value / by, step + 1
    infix = "i" if by == 1024 and step else ""
    shown = _plain(value, 1 if decimals is None and step else decimals)
    space = " " if after or step else ""
    return f"{shown}{space}{_STEPS[step]}{infix}{after}"


def _seconds(value: float, decimals: int | None) -> str:
    if 0 < abs(value) < 1:
        return _plain(value * 1000, decimals) + " ms"
    if abs(value) >= 90:
        return _plain(value / 60, 1) + " min"
    return _plain(value, decimals) + " s"


def _percent(value: float, decimals: int | None) -> str:
    return _plain(value, decimals) + " %"


def _with(after: str) -> Callable[[float, int | None], str]:
    return lambda value, decimals: _plain(value, decimals) + after


_UNITS: dict[str, Callable[[float, int | None], str]] = {
    "none": _plain,
    "short": lambda value, decimals: _stepped(value, 1000, decimals, ""),
    "s": _seconds,
    "percent": _percent,
    "percentunit": lambda value, decimals: _percent(value * 100, decimals),
    "reqps": _with(" req/s"),
    "ops": _with(" ops/s"),
    "pps": _with(" p/s"),
    "bytes": lambda value, decimals: _stepped(value, 1024, decimals, "B"),
    "Bps": lambda value, decimals: _stepped(value, 1000, decimals, "B/s"),
    "currencyUSD": lambda value, decimals: "$" + _plain(value, decimals),
}
