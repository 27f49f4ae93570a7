"""Reading the timeline: the cumulative counters as they stood at given moments.

A window is the difference of two look-ups by primary key, however long it is and however much
traffic there was. All boundaries of a question are fetched in one statement.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from sre_console.slo.counters import Counters, bad_read

_PLAIN = "second, total, failed, exercise, seeded, covered, bad"
_WHOLE = f"{_PLAIN}, histogram, work"
# The newest row at or before each moment; before all history the first row there is, which
# is the origin that every difference is counted from.
_LOOKUP = """
SELECT asked.at, found.* FROM unnest(%(moments)s::timestamptz[]) AS asked(at)
CROSS JOIN LATERAL (
    (SELECT {columns} FROM sli_timeline WHERE second <= asked.at
     ORDER BY second DESC LIMIT 1)
    UNION ALL
    (SELECT * FROM (SELECT {columns} FROM sli_timeline ORDER BY second LIMIT 1) origin
     WHERE origin.second > asked.at)
) AS found
"""
_NEWEST = "SELECT {columns} FROM sli_timeline ORDER BY second DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the timeline; `second` is the epoch second whose end it describes."""

    second: int
    counters: Counters


def moment(second: float) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def newest(*, whole: bool = False) -> Row | None:
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST.format(columns=_WHOLE if whole else _PLAIN))
        found = cursor.fetchone()
    return None if found is None else _row(found)


def at(
    seconds: Collection[float], *, whole: bool = False, worked: bool = False
) -> dict[float, Row]:
    """The counters at the end of each epoch second; empty without any history.

    `worked` rows have what the patterns did and limits refused as well, `whole` ones their
    latencies, too.
    """
    asked = {moment(second): second for second in seconds}
    columns = _WHOLE if whole else _PLAIN
    if worked and not whole:
        columns += ", '{}'::bigint[] AS none, work"
    with connection.cursor() as cursor:
        cursor.execute(_LOOKUP.format(columns=columns), {"moments": list(asked)})
        return {asked[row[0]]: _row(row[1:]) for row in cursor.fetchall()}


def seeded_range(after: int, last: int) -> tuple[datetime, datetime] | None:
    """The first and last seeded second, given the seeded counter at a window's two ends."""
    if last <= after:
        return None
    first_above = "SELECT second FROM sli_timeline WHERE seeded {} ORDER BY seeded, second LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ({first_above.format('> %s')}), ({first_above.format('>= %s')})",
            [after, last],
        )
        begin, end = cursor.fetchone()
    return begin, end


def _row(values: tuple[object, ...]) -> Row:
    second, total, failed, exercise, seeded, covered, bad, *more = values
    assert isinstance(second, datetime)  # noqa: S101 - the column's type, for mypy
    counts = (total, failed, exercise, seeded, covered)
    histogram, work = more or ([], {})
    return Row(
        int(second.timestamp()),
        Counters(*counts, bad_read(read(bad)), list(histogram), read(work)),  # type: ignore[arg-type,call-overload]
    )


def read(stored: object) -> Any:
    """A value of a jsonb column: cursors outside the ORM give it as text."""
    return json.loads(stored) if isinstance(stored, str) else stored
