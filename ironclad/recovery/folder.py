"""Backups in a folder: what the built-in mode keeps of its own database.

base/<label>/   one base backup: two packed files, its manifest, what we know of it
wal/            finished segments, packed; in incoming/ what pg_receivewal writes
dumps/          one file each, made before migrations
lock            who makes, removes or lays out backups
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ironclad.embedded.account import Account, account, give, open_way
from ironclad.embedded.failure import StartError
from ironclad.embedded.home import Home, private_folder
from ironclad.recovery import manifest, packed
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.locking import shared
from ironclad.recovery.repository import Archive, BaseBackup
from ironclad.recovery.segments import (
    SEGMENT,
    SIZE,
    between,
    timeline_of,
)

MANIFEST, DESCRIPTION = "backup_manifest", "backup.json"
DRAFT = ".draft-"  # what a base backup is called until it is whole
_ENDINGS = ("", ".gz", ".partial")
# More than 128: PostgreSQL then gives up, and takes a broken segment for no missing one.
_UNREADABLE = 200


@dataclass(frozen=True)
class FolderRepository:
    """`owner` runs PostgreSQL where we are root; it may read the WAL, and no base backup."""

    folder: Path
    owner: Account | None = None

    @property
    def name(self) -> str:
        return f"folder {self.folder}"

    @property
    def base(self) -> Path:
        return self.folder / "base"

    @property
    def wal(self) -> Path:
        return self.folder / "wal"

    @property
    def incoming(self) -> Path:
        return self.wal / "incoming"

    @property
    def dumps(self) -> Path:
        return self.folder / "dumps"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    def prepare(self) -> None:
        """Makes the folders. Raises RecoveryFailed when the place cannot be written."""
        try:
            for each in (self.folder, self.base, self.dumps, self.wal):
                private_folder(each)
            if self.owner is not None:
                # An account that could put links there would have us write where they lead.
                os.chown(self.wal, os.geteuid(), os.getegid())
            if self.incoming.is_symlink():
                message = f"{self.incoming} is a link"
                raise RecoveryFailed(message, "remove it")
            private_folder(self.incoming)
            give(self.incoming, self.owner)
            open_way(self.incoming / "segment", self.owner)
        except (StartError, OSError) as error:
            told = error.what if isinstance(error, StartError) else str(error)
            raise RecoveryFailed(
                told, "make the place one that we may write"
            ) from error

    def backups(self) -> list[BaseBackup]:
        found = [each for path in self._whole() if (each := _described(path))]
        return sorted(found, key=lambda each: (each.ended_at, each.label))

    def _whole(self) -> Iterator[Path]:
        try:
            yield from (
                path
                for path in self.base.iterdir()
                if not path.name.startswith(".") and (path / DESCRIPTION).exists()
            )
        except FileNotFoundError:
            return
        except OSError as error:
            message = f"{self.base} cannot be read: {error.strerror}"
            raise RecoveryFailed(message) from error

    def newest(self) -> BaseBackup | None:
        return next(iter(self.backups()[::-1]), None)

    def archive(self) -> Archive | None:
        held = self.segments()
        if not held:
            return None
        newest, size = self.newest(), self.segment_size()
        timeline = timeline_of(newest.wal_start if newest else max(held))
        names = sorted(name for name in held if timeline_of(name) == timeline)
        stored = sum(map(_bytes, held.values()))
        if not names:  # none yet since a promotion
            return Archive(min(held), max(held), (), stored)
        first, last, brought = names[0], names[-1], list[str]()
        if newest is not None:
            brought = between(newest.wal_start, newest.wal_stop, size)
        wanted = between(min([first, *brought]), last, size)
        missing = sorted({*wanted} - {*names, *brought})
        return Archive(first, last, tuple(missing), stored)

    def segments(self) -> dict[str, Path]:
        """The file of each segment that is here, also of the one that is being received."""
        found: dict[str, Path] = {}
        # The better one last: it stays.
        for folder, ending in (
            (self.wal, ".partial"), (self.incoming, ".partial"),
            (self.incoming, ""), (self.wal, ""), (self.wal, ".gz"),
        ):  # fmt: skip
            for path in folder.glob(f"*{ending}"):
                name = path.name.removesuffix(ending)
                if SEGMENT.fullmatch(name):
                    found[name] = path
        return found

    def sizes(self) -> dict[str, int]:
        """Bytes that each segment takes here."""
        return {name: _bytes(path) for name, path in self.segments().items()}

    def segment_size(self) -> int:
        newest = self.newest()
        if newest is None:
            return SIZE
        return int(_read(self.base / newest.label).get("segment", SIZE))

    def verify(self, backup: BaseBackup) -> list[str]:
        return self._checked(backup, None)

    def lay_out(self, backup: BaseBackup, into: Path) -> None:
        if any(into.iterdir()):
            message = f"{into} is not empty"
            raise RecoveryFailed(message, "name a folder that is")
        with shared(self.lock, "a restore"):
            found = self._checked(backup, into)
        if found:
            shutil.rmtree(into)  # what could be taken for a cluster does not stay
            into.mkdir(mode=0o700)
            give(into, self.owner)
            message = f"backup {backup.label} is damaged: {'; '.join(found[:3])}"
            raise RecoveryFailed(message, "restore from another backup")
        give(into, self.owner)

    def _checked(self, backup: BaseBackup, into: Path | None) -> list[str]:
        place = self.base / backup.label
        try:
            listed = manifest.read(place / MANIFEST)
        except RecoveryFailed as error:
            return [error.message]
        size = int(_read(place).get("segment", SIZE))
        first, last = listed.wal(size)
        needed = set(between(first, last, size))
        if into is not None:
            found = packed.complaints(place, listed, needed, into, self.owner)
            if not found:
                # It is no part of what was checked, and PostgreSQL's tools look for it.
                shutil.copyfile(place / MANIFEST, into / MANIFEST)
                give(into / MANIFEST, self.owner)
            return found
        return packed.complaints(place, listed, needed)

    def restore_command(self) -> str:
        wal, incoming = (_quoted(place) for place in (self.wal, self.incoming))
        return (
            f"w={wal}; i={incoming}; "
            f'if [ -f "$w/%f.gz" ]; then gzip -dc "$w/%f.gz" > "%p" || exit {_UNREADABLE}; '
            'else for s in "$w/%f" "$i/%f" "$i/%f.partial" "$w/%f.partial"; do '
            f'if [ -f "$s" ]; then cp "$s" "%p" || exit {_UNREADABLE}; exit 0; fi; done; '
            "exit 1; fi"
        )

    def used(self) -> int:
        """Bytes of all that is kept here."""
        return sum(_bytes(path) for path in self.folder.rglob("*"))

    def free(self) -> int:
        """Bytes that its disk still takes."""
        return shutil.disk_usage(self.folder).free


def builtin_repository(home: Home) -> FolderRepository:
    """Of the built-in mode, as `make up` fills it."""
    return FolderRepository(home.root / "backups", account())


def described(backup: BaseBackup, segment: int) -> str:
    """As it is written beside a base backup."""
    held = {name: getattr(backup, name) for name in BaseBackup.__slots__}
    for name in ("started_at", "ended_at"):
        held[name] = held[name].isoformat()
    return json.dumps(held | {"segment": segment}, indent=2)


def _described(path: Path) -> BaseBackup | None:
    held = _read(path)
    try:
        held = {name: held[name] for name in BaseBackup.__slots__}
        for name in ("started_at", "ended_at"):
            held[name] = datetime.fromisoformat(held[name])
        return BaseBackup(**held | {"label": path.name})
    except (KeyError, TypeError, ValueError):
        return None  # no whole one


def _read(path: Path) -> dict[str, Any]:
    try:
        held = json.loads((path / DESCRIPTION).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _quoted(path: Path) -> str:
    # PostgreSQL puts its own words in place of %f and %p, and % in place of %%.
    return shlex.quote(str(path)).replace("%", "%%")


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # gone meanwhile
        return 0
