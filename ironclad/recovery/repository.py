"""What a restore asks of whatever keeps backups: a folder of the built-in mode, or pgBackRest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

Kind = Literal["full", "diff", "incr"]


@dataclass(frozen=True, slots=True)
class BaseBackup:
    """One physical backup, whole. Moments are aware, in UTC; sizes are bytes."""

    label: str  # unique in its repository
    kind: Kind
    started_at: datetime
    ended_at: datetime  # the earliest moment that can be restored with it
    size: int  # of the cluster's files
    stored: int  # in the repository, what it shares with others not counted again
    wal_start: str  # first segment (24 hexadecimal digits) that it needs
    wal_stop: str  # last one that it needs to be consistent
    version: int  # PostgreSQL's major one


@dataclass(frozen=True, slots=True)
class Archive:
    """The WAL that is kept, by names of segments (24 hexadecimal digits)."""

    first: str
    last: str
    missing: tuple[str, ...] = ()  # between them, in the timeline of the newest backup
    stored: int = 0  # bytes


class Repository(Protocol):
    """All methods raise RecoveryFailed with what is wrong: no key, no repository, no space."""

    @property
    def name(self) -> str:
        """For people: "folder /…/backups", "pgBackRest ironclad"."""
        ...

    def backups(self) -> list[BaseBackup]:
        """Whole ones, oldest first."""
        ...

    def archive(self) -> Archive | None:
        """None where no WAL is kept."""
        ...

    def verify(self, backup: BaseBackup) -> list[str]:
        """What is wrong with its stored files, by checksum; nothing of a good one."""
        ...

    def lay_out(self, backup: BaseBackup, into: Path) -> None:
        """Its files as a cluster's data folder in `into`, which is empty and private.

        Checksums are verified on the way. No recovery is configured and nothing is started.
        """
        ...

    def restore_command(self) -> str:
        """For PostgreSQL: copies segment %f to %p, as the account that runs the server."""
        ...
