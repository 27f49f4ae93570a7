"""Names of WAL segments: timeline, then position, in hexadecimal digits. Pure."""

from __future__ import annotations

import re

SIZE = 16 * 1024 * 1024  # bytes, of every cluster that nobody has built otherwise
SEGMENT = re.compile(r"[0-9A-F]{24}")
HISTORY = re.compile(r"[0-9A-F]{8}\.history")
_FILE = 1 << 32  # bytes that the first eight digits of a position count


def position(lsn: str) -> int:
    """Bytes since the beginning of "16/B374D848", as PostgreSQL writes it."""
    high, low = lsn.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def holding(timeline: int, lsn: str, size: int = SIZE) -> str:
    """The segment with that position in it."""
    return named(timeline, position(lsn) // size, size)


def named(timeline: int, number: int, size: int = SIZE) -> str:
    each = _FILE // size
    return f"{timeline:08X}{number // each:08X}{number % each:08X}"


def timeline_of(name: str) -> int:
    return int(name[:8], 16)


def number_of(name: str, size: int = SIZE) -> int:
    return int(name[8:16], 16) * (_FILE // size) + int(name[16:], 16)


def between(first: str, last: str, size: int = SIZE) -> list[str]:
    """From the one to the other, both of them too. Of one timeline."""
    timeline = timeline_of(first)
    numbers = range(number_of(first, size), number_of(last, size) + 1)
    return [named(timeline, each, size) for each in numbers]
