"""The backup before migrations: what they break can be had back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from ironclad.embedded.binaries import find
from ironclad.embedded.home import home
from ironclad.errors import IroncladError
from ironclad.recovery.dump import dump
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.folder import FolderRepository, builtin_repository
from ironclad.recovery.rotation import rotate_dumps
from sre_console.audit.actor import SYSTEM
from sre_console.recovery.recording import backup_record


@dataclass(frozen=True, slots=True)
class Saved:
    """A dump of before so many migrations. Moments are aware."""

    repository: FolderRepository
    file: Path
    migrations: int
    size: int
    began: datetime
    ended: datetime

    def __str__(self) -> str:
        plural = "s" if self.migrations > 1 else ""
        size = f"{self.size / 1_000_000:.1f} MB"
        return f"backup before {self.migrations} migration{plural} ({size})"

    def record(self) -> None:
        """After the migrations: the table may be one of theirs."""
        backup_record(
            actor=SYSTEM, repository=self.repository.name, label=self.file.name,
            kind="dump", started_at=self.began, ended_at=self.ended, stored=self.size,
        )  # fmt: skip


def save_before_migrations() -> Saved | None:
    """None where none is pending, or nothing is there to be saved. Raises CommandError."""
    pending = _pending()
    if not pending or not MigrationRecorder(connection).applied_migrations():
        return None
    repository = builtin_repository(home())
    began = datetime.now(UTC)
    file = repository.dumps / f"{began:%Y%m%dT%H%M%SZ}-before-{pending[0]}.dump"
    try:
        repository.prepare()
        size = dump(file, settings.DATABASES["default"], find().program("pg_dump"))
    except RecoveryFailed as error:
        _record_failure(repository, file, began, error)
        message = (
            f"no backup could be made before {len(pending)} migrations, so none is run: "
            f"{error.message.removeprefix('no backup: ')}; see to it, or go on without: "
            "make up IRONCLAD_BACKUP_BEFORE_MIGRATION=off"
        )
        raise CommandError(message) from error
    rotate_dumps(repository)
    return Saved(repository, file, len(pending), size, began, datetime.now(UTC))


def _record_failure(
    repository: FolderRepository, file: Path, began: datetime, error: RecoveryFailed
) -> None:
    # An older database has no such table, and the message is told anyhow.
    with suppress(Error, IroncladError):
        backup_record(
            actor=SYSTEM, repository=repository.name, label=f"failed {file.name}",
            kind="dump", reason=error.message, started_at=began,
            ended_at=datetime.now(UTC),
        )  # fmt: skip


def _pending() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{each.app_label}-{each.name}" for each, _ in plan]
