"""A restore to try: promoted where it lies, so that it takes writes, and not to be kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ironclad.embedded.account import account
from ironclad.embedded.binaries import find
from ironclad.embedded.postgres import SUPERUSER
from ironclad.recovery.checking import Cluster, Running
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.opening import Bounds, replayed
from ironclad.recovery.repository import Repository
from ironclad.recovery.restore import restore
from ironclad.recovery.server import aim
from ironclad.recovery.target import Target
from ironclad.recovery.waiting import Say

_PROMOTED = "SELECT pg_promote(true, 120)"


@contextmanager
def on_trial(
    repository: Repository, target: Target, into: Path, *, say: Say
) -> Iterator[Running]:
    """Below `into`, by the newest backup that the target allows; its server is stopped at the end.

    Raises RecoveryFailed, StartError.
    """
    backups = repository.backups()
    if not backups:
        message = f"{repository.name} holds no backup"
        raise RecoveryFailed(message, "make one: manage.py backup")
    binaries = find(backups[-1].version)
    folder = into / "restored"
    done = restore(repository, target, folder, binaries=binaries, say=say)
    # Led to the target itself once more: a position where the WAL ends is no point that a
    # recovery can be told to end at, and a promotion before its target is refused.
    with replayed(
        folder,
        binaries=binaries,
        owner=account(),
        aimed=aim(target, "latest"),
        restore_command=repository.restore_command(),
        say=lambda _words: None,
        bounds=Bounds(),
    ) as (postgres, stood):
        with postgres.connect() as connection:
            if connection.execute(_PROMOTED).fetchone() != (True,):
                message = "it was not promoted within 120 s"
                raise RecoveryFailed(message, f"its log is in {postgres.log}")
        url = postgres.url(SUPERUSER, postgres.password, "postgres")
        yield Running(
            Cluster(binaries, url),
            label=done.label,
            seconds=done.recovery_seconds,
            size=done.size,
            wal=done.wal,
            reached_at=stood.newest or done.reached_at,
        )
