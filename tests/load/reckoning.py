"""How large a database may be so that it is restored in time, by the rates of a drill. Pure.

The time to restore is a fixed part (a person decides, a server starts), the copy of the files,
and the replay of the WAL since the backup:

    t(size) = fixed + size / copy + share * size / replay

with `share` the WAL of the time since the last backup, as a part of the database's size.
"""

from __future__ import annotations

from dataclasses import dataclass

RTO = 4 * 3600.0  # seconds: what is promised
DECIDED = 15 * 60.0  # seconds until somebody has begun the restore: taken, not measured
SHARES = (0.0, 0.1, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Rates:
    """Bytes a second, and seconds that do not depend on the size."""

    copy: float  # of the files: with their checks, and until they are on the disk
    replay: float
    fixed: float = DECIDED


# The drill of docs/guide/validation.md: 1,599 MB of files in all of 327.2 s but the 6 s in which
# 84 MB of WAL were replayed.
MEASURED = Rates(copy=1599e6 / (327.2 - 6), replay=84e6 / 6)


def seconds(rates: Rates, size: float, share: float) -> float:
    """Until a database of so many bytes is there again."""
    return rates.fixed + size / rates.copy + share * size / rates.replay


def largest(rates: Rates, share: float, *, within: float = RTO) -> float:
    """Bytes that are restored in just that time; 0 where the fixed part takes it all."""
    left = within - rates.fixed
    return max(0.0, left / (1 / rates.copy + share / rates.replay))


def table(rates: Rates) -> str:
    """As the guide shows it, in Markdown."""
    lines = ["| WAL since the backup | largest database | of it copy | and replay |"]
    lines.append("|---|---|---|---|")
    for share in SHARES:
        size = largest(rates, share)
        copy, replay = size / rates.copy, share * size / rates.replay
        lines.append(
            f"| {share:.0%} of its size | {size / 1e9:,.0f} GB"
            f" | {copy / 60:.0f} min | {replay / 60:.0f} min |"
        )
    return "\n".join(lines)
