"""How long something takes, as a scenario writes it: 30s, 5m, 1h, 2d, 500ms, or seconds. Pure."""

from __future__ import annotations

import re

MOST = 30 * 86_400.0  # seconds: one period of an SLO

_UNITS = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_WRITTEN = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)(ms|[smhd])", re.ASCII)
EXPECTATION = "must be a duration such as 30s, 5m, 1h, 2d or 500ms, or seconds"


def duration(value: object) -> float:
    """Seconds. Raises ValueError, whose message is read after the field's name."""
    if isinstance(value, str) and (match := _WRITTEN.fullmatch(value)):
        number, unit = float(match[1]), match[2]
        seconds = number / 1000 if unit == "ms" else number * _UNITS[unit]
    elif isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(value)
    else:
        raise ValueError(EXPECTATION)
    if not 0 <= seconds <= MOST:
        message = f"must be from 0 to {duration_written(MOST)}"
        raise ValueError(message)
    return seconds + 0.0  # no minus in front of nothing


def duration_written(seconds: float) -> str | float:
    """The shortest way to write it, that is read as exactly the same."""
    for unit, size in _UNITS.items():
        count = round(seconds / size)
        if count and duration_exactly(count, unit) == seconds:
            return f"{count}{unit}"
    return int(seconds) if seconds == int(seconds) else seconds


def duration_exactly(count: int, unit: str) -> float:
    return count / 1000 if unit == "ms" else count * _UNITS[unit]
