"""Whether what was restored holds the rows that its source had. Pure.

Two ways, by how much is known:

exact   the source was counted at the very point that was restored to: all must be the same.
near    it was counted shortly before or after: tables that only grow must not lack a row of
        the earlier count, all others may differ a little.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ironclad.recovery.counting import Count, Counts, Table

How = Literal["exact", "near"]
_SHARE, _LEAST = 0.05, 10  # of the rows; rows: what may differ where rows also go


@dataclass(frozen=True, slots=True)
class Compared:
    """One table on both sides. `why` is empty where it passed."""

    table: str
    source: Count | None
    restored: Count | None
    how: How
    why: str = ""

    def document(self) -> dict[str, object]:
        """As `RestoreRun.counts` keeps it, by table."""
        return {
            "source": self.source.document() if self.source else None,
            "restored": self.restored.document() if self.restored else None,
            "how": self.how,
            "passed": not self.why,
            "why": self.why,
        }


def compare(
    tables: Iterable[Table], source: Counts, restored: Counts, *, how: How
) -> list[Compared]:
    """Of each table that either side has, in the order given."""
    judge = _exact if how == "exact" else _near
    return [
        Compared(
            table.name, one, other, how,
            _absent(one, other) or judge(table, one or Count(0), other or Count(0)),
        )
        for table in tables
        for one, other in [(source.get(table.name), restored.get(table.name))]
        if one or other
    ]  # fmt: skip


def _absent(source: Count | None, restored: Count | None) -> str:
    if restored is None:
        return "the table is missing"
    return "the source has no such table" if source is None else ""


def _exact(_table: Table, source: Count, restored: Count) -> str:
    if source.rows != restored.rows:
        return f"{restored.rows} rows instead of {source.rows}"
    if source.newest != restored.newest:
        return f"the newest is of {restored.newest} instead of {source.newest}"
    if (
        None not in (source.digest, restored.digest)
        and source.digest != restored.digest
    ):
        return "the same number of rows, but others are in it"
    return ""


def _near(table: Table, source: Count, restored: Count) -> str:
    if table.appended:
        lacking = source.rows - restored.rows
        return f"{lacking} rows are missing" if lacking > 0 else ""
    apart = abs(source.rows - restored.rows)
    if apart <= max(_LEAST, _SHARE * source.rows):
        return ""
    return f"{restored.rows} rows, {apart} from the source's {source.rows}"


def newest(counts: Counts) -> datetime | None:
    """The newest moment of all tables."""
    return max((each.newest for each in counts.values() if each.newest), default=None)


def lost_seconds(source: Counts, restored: Counts) -> float | None:
    """How much older the newest row of the restored is; None where either has no moment."""
    one, other = newest(source), newest(restored)
    if one is None or other is None:
        return None
    return max(0.0, (one - other).total_seconds())
