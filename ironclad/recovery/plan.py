"""What a restore would do, and why it would not: before anything is touched. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.repository import Archive, BaseBackup
from ironclad.recovery.segments import SIZE, number_of
from ironclad.recovery.target import Target

MB = 1_000_000
# Measured by `make bench` on two cores; a plan says by which rates it estimates.
COPIED = 100 * MB  # bytes of files a second, checksums included
REPLAYED = 40 * MB  # bytes of WAL a second
_AROUND = 3.0  # seconds for starting, stopping and the checks of a small cluster
# WAL that lies in the cluster while it is replayed, and room to work in.
_WAL_KEPT = 1_000 * MB
_SPARE = 100 * MB


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes are bytes. The WAL is an upper bound: where a moment lies in it nobody knows."""

    repository: str
    target: Target
    backup: BaseBackup
    into: Path
    wal_first: str
    wal_last: (
        str  # the newest there is; as long as the target lies before, less is read
    )
    wal: int
    needed: int  # on the disk of `into`
    free: int
    warnings: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """Estimated by COPIED and REPLAYED."""
        return _AROUND + self.backup.size / COPIED + self.wal / REPLAYED

    def lines(self) -> Iterator[str]:
        """For people."""
        backup = self.backup
        yield f"from    {self.repository}"
        yield f"backup  {backup.label} ({backup.kind}, ended {told(backup.ended_at)})"
        yield f"to      {self.target}"
        yield f"into    {self.into} (new)"
        yield f"files   {backup.size / MB:,.0f} MB"
        yield (
            f"WAL     {self.wal_first} to {self.wal_last} at most,"
            f" {self.wal // SIZE} segments, {self.wal / MB:,.0f} MB"
        )
        yield f"disk    {self.needed / MB:,.0f} MB of {self.free / MB:,.0f} MB free"
        yield (
            f"time    about {self.seconds:,.0f} s, at {COPIED // MB} MB/s of files"
            f" and {REPLAYED // MB} MB/s of WAL"
        )
        yield from (f"note    {warning}" for warning in self.warnings)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for."""

    target: Target
    into: Path
    label: str = ""  # of the backup; without one the best is taken
    up_to_gap: bool = False  # content with what lies before a missing segment
    timeline: str = "latest"  # or "current", or a number


def plan(  # noqa: PLR0913 - all of them by name
    wish: Wish,
    *,
    repository: str,
    backups: Sequence[BaseBackup],
    archive: Archive | None,
    version: int,
    free: int,
    now: datetime,
) -> Plan:
    """`version` is of the programs here, `free` of the disk of `into`. Raises RecoveryFailed."""
    backup = choose(backups, wish.target, wish.label, now)
    if backup.version != version:
        raise RecoveryFailed(
            f"{backup.label} is of PostgreSQL {backup.version}, the programs here are"
            f" of {version}",
            f"run it where PostgreSQL {backup.version} is installed: --postgres"
            f" {backup.version}",
        )
    last = max((archive.last if archive else "", backup.wal_stop), key=_place)
    warnings = tuple(_gaps(wish, backup, archive))
    wal = (_place(last) - _place(backup.wal_start) + 1) * SIZE
    needed = backup.size + min(wal, _WAL_KEPT) + _SPARE
    if free < needed:
        raise RecoveryFailed(
            f"the disk of {wish.into} has {free / MB:,.0f} MB free,"
            f" {needed / MB:,.0f} MB are needed",
            "free some space, or name a folder on another disk: --into FOLDER",
        )
    return Plan(
        repository, wish.target, backup, wish.into, backup.wal_start, last, wal,
        needed, free, warnings,
    )  # fmt: skip


def choose(
    backups: Sequence[BaseBackup], target: Target, label: str, now: datetime
) -> BaseBackup:
    """The newest that ended before the target. Raises RecoveryFailed."""
    if not backups:
        raise RecoveryFailed(
            "there is no backup in the repository", "name another one: --repository"
        )
    moment = target.moment
    if moment is not None and moment > now:
        raise RecoveryFailed(
            f"{told(moment)} is in the future; it is {told(now)}",
            "name a moment that has passed, or --latest",
        )
    ordered = sorted(backups, key=lambda backup: backup.ended_at)
    if label:
        return _labelled(ordered, target, label)
    if moment is None:
        return ordered[-1]
    before = [backup for backup in ordered if backup.ended_at < moment]
    if not before:
        oldest = ordered[0]
        raise RecoveryFailed(
            f"{told(moment)} is before the oldest backup, {oldest.label}",
            f"the earliest moment that can be restored is after {told(oldest.ended_at)}",
        )
    return before[-1]


def _labelled(backups: Sequence[BaseBackup], target: Target, label: str) -> BaseBackup:
    for backup in backups:
        if backup.label != label:
            continue
        if target.moment is not None and backup.ended_at >= target.moment:
            raise RecoveryFailed(
                f"{label} ended at {told(backup.ended_at)}, not before the target",
                "leave --backup out: the right one is chosen",
            )
        return backup
    raise RecoveryFailed(
        f"there is no backup {label}",
        "there are: " + ", ".join(backup.label for backup in backups[-8:]),
    )


def _gaps(wish: Wish, backup: BaseBackup, archive: Archive | None) -> Iterator[str]:
    """What to say of missing WAL. Raises RecoveryFailed where it cannot do without."""
    start, stop = _place(backup.wal_start), _place(backup.wal_stop)
    missing = sorted(archive.missing, key=_place) if archive else []
    needed = [name for name in missing if start <= _place(name) <= stop]
    if needed:
        raise RecoveryFailed(
            f"{backup.label} cannot be made consistent: segment {needed[0]} is missing",
            "name an older backup: --backup LABEL",
        )
    if archive is None and wish.target.kind != "latest":
        raise RecoveryFailed(
            f"no WAL is kept beside {backup.label}",
            "--latest restores the backup as it is",
        )
    after = [name for name in missing if _place(name) > stop]
    if not after:
        return
    if wish.target.kind == "latest" and not wish.up_to_gap:
        raise RecoveryFailed(
            f"segment {after[0]} is missing: what came after it cannot be restored"
            f" with {backup.label}",
            "to be content with what came before it: --latest --up-to-gap",
        )
    yield f"segment {after[0]} is missing: nothing after it can be reached"


def _place(name: str) -> int:
    return number_of(name) if name else -1


def told(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(sep=" ", timespec="seconds")
