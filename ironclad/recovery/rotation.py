"""Removes what is kept no longer: old base backups, the WAL before them, old dumps."""

from __future__ import annotations

import shutil

from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.folder import DRAFT, FolderRepository
from ironclad.recovery.keeping import DUMPS, Policy, no_longer_needed, to_remove
from ironclad.recovery.locking import alone
from ironclad.recovery.repository import BaseBackup
from ironclad.recovery.segments import SEGMENT


def rotate(repository: FolderRepository, kept: Policy) -> list[str]:
    """Gives the labels of what it removed.

    The newest backup is read to its end first: while it is damaged, nothing goes. Raises
    RecoveryFailed then.
    """
    with alone(repository.lock, "a rotation"):
        backups = repository.backups()
        if not backups:
            return []
        gone = to_remove(backups, repository.sizes(), kept)
        if gone and (found := repository.verify(backups[-1])):
            message = f"backup {backups[-1].label} is damaged: {'; '.join(found[:3])}"
            raise RecoveryFailed(message, "make another: manage.py backup")
        for each in gone:
            # First out of sight: half of it is no backup.
            draft = repository.base / f"{DRAFT}{each.label}"
            (repository.base / each.label).rename(draft)
            shutil.rmtree(draft, ignore_errors=True)
        _remove_wal(repository, backups[len(gone)])
        return [each.label for each in gone]


def _remove_wal(repository: FolderRepository, oldest: BaseBackup) -> None:
    for path in repository.wal.iterdir():
        name = path.name.partition(".")[0]
        if SEGMENT.fullmatch(name) and no_longer_needed(oldest, [name]):
            path.unlink(missing_ok=True)


def rotate_dumps(repository: FolderRepository, keep: int = DUMPS) -> None:
    """Those of before migrations, by their names: these begin with the moment."""
    for path in sorted(repository.dumps.glob("*-before-*.dump"))[:-keep]:
        path.unlink(missing_ok=True)
