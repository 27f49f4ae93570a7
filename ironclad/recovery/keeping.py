"""How many backups are kept, when the next is due, and what may go. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ironclad.recovery.repository import Archive, BaseBackup
from ironclad.recovery.segments import number_of, timeline_of

DUMPS = 5  # made before migrations


@dataclass(frozen=True, slots=True)
class Policy:
    """`most` bounds base backups and WAL together, in bytes; the newest backup stays anyhow."""

    keep: int = 3
    every: timedelta = timedelta(days=1)
    most: int = 2_000_000_000

    @classmethod
    def of(cls, keep: int, megabytes: int) -> Policy:
        """As the settings say it."""
        return cls(keep=keep, most=megabytes * 1_000_000)


def due(
    backups: list[BaseBackup],
    archive: Archive | None,
    wal: Mapping[str, int],
    now: datetime,
    kept: Policy,
) -> str | None:
    """Why another base backup is wanted now; None when none is. `wal`: bytes by segment."""
    if not backups:
        return "there is none yet"
    newest = backups[-1]
    if now - newest.ended_at >= kept.every:
        return "the newest is a day old"
    # A gap of before it stays one until it is rotated out: no reason for another.
    gaps = [name for name in _missing(archive) if not _before(newest, name)]
    if gaps:
        return f"WAL segment {gaps[0]} is missing after the newest"
    if any(timeline_of(name) > timeline_of(newest.wal_start) for name in wal):
        return "the database has been restored since"
    if _since(newest, wal) > kept.most // 4:
        return "much was written since the newest"
    return None


def to_remove(
    backups: list[BaseBackup], wal: Mapping[str, int], kept: Policy
) -> list[BaseBackup]:
    """The oldest ones, over the number or over the bytes; never the newest."""
    stay = backups[-kept.keep :]
    while len(stay) > 1 and _bytes(stay, wal) > kept.most:
        stay = stay[1:]
    return backups[: len(backups) - len(stay)]


def no_longer_needed(oldest: BaseBackup, wal: Iterable[str]) -> list[str]:
    """Segments of before the oldest backup that stays, on whichever timeline."""
    return [name for name in wal if _before(oldest, name)]


def _missing(archive: Archive | None) -> tuple[str, ...]:
    return archive.missing if archive else ()


def _before(backup: BaseBackup, segment: str) -> bool:
    return number_of(segment) < number_of(backup.wal_start)


def _bytes(stay: list[BaseBackup], wal: Mapping[str, int]) -> int:
    return sum(each.stored for each in stay) + _since(stay[0], wal)


def _since(backup: BaseBackup, wal: Mapping[str, int]) -> int:
    return sum(size for name, size in wal.items() if not _before(backup, name))
