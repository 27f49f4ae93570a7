"""What a change changed: the fields that differ, before and after. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from ironclad.envelope import timestamp

Json = dict[str, object]


def changes(
    before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[Json, Json]:
    """Of both only what is not the same in the other; times as the API writes them."""
    names = [name for name in (*before, *after) if _differ(name, before, after)]
    return (
        {name: _told(before[name]) for name in names if name in before},
        {name: _told(after[name]) for name in names if name in after},
    )


def _differ(name: str, one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    return name not in one or name not in other or one[name] != other[name]


def _told(value: object) -> object:
    if isinstance(value, datetime):
        return timestamp(value)
    return value.isoformat() if isinstance(value, date) else value
