"""Backs the database up: to one dump, or in the built-in mode to its folder of base backups."""

from __future__ import annotations

import getpass
import signal
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from ironclad.embedded import credentials
from ironclad.embedded.backups import ago
from ironclad.embedded.binaries import find
from ironclad.embedded.environment import backup_address
from ironclad.embedded.failure import StartError
from ironclad.embedded.home import Home, home
from ironclad.errors import IroncladError
from ironclad.recovery import base_backup
from ironclad.recovery.dump import connection_environment, dump
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.folder import FolderRepository, builtin_repository
from ironclad.recovery.keeping import Policy
from ironclad.recovery.rotation import rotate
from sre_console.audit.actor import SYSTEM, Actor
from sre_console.recovery.recording import backup_record, repository_record

__all__ = ["Command", "connection_environment"]

_STOPPED = 128 + signal.SIGTERM


class Command(BaseCommand):
    help = (
        "Makes a base backup in $IRONCLAD_HOME/backups in the built-in mode; else, or with "
        "--dump, writes $BACKUP_DIR/ironclad-<UTC>.dump with pg_dump, for pg_restore."
    )
    requires_system_checks: list[str] = []  # a backup asks for less than a server

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dump", action="store_true", help="one file, by pg_dump")
        parser.add_argument("--list", action="store_true", help="what there is")
        parser.add_argument(
            "--automatic", action="store_true", help="by Ironclad itself, with little haste"
        )  # fmt: skip

    def handle(self, *_arguments: object, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _stop)
        try:
            if options["list"]:
                self._list(builtin_repository(home()))
            elif options["automatic"] or self._has_a_folder(options):
                self._base(home(), automatic=options["automatic"])
            else:
                self._dump()
        except RecoveryFailed as error:
            raise CommandError(str(error)) from error
        except StartError as error:
            message = f"{error.what}\n  → {error.remedy}"
            raise CommandError(message) from error

    @staticmethod
    def _has_a_folder(options: Mapping[str, Any]) -> bool:
        return settings.BUILTIN and not options["dump"] and not settings.BACKUP_DIR

    def _dump(self) -> None:
        if settings.BACKUP_DIR:
            folder, program = Path(settings.BACKUP_DIR), "pg_dump"
        elif settings.BUILTIN:
            repository = builtin_repository(home())
            repository.prepare()
            folder, program = repository.dumps, find().program("pg_dump")
        else:
            message = "BACKUP_DIR is missing: name the folder that backups go to."
            raise CommandError(message)
        began = datetime.now(UTC)
        whole = folder / f"ironclad-{began:%Y%m%dT%H%M%SZ}.dump"
        size = dump(whole, settings.DATABASES["default"], program)
        self.stdout.write(f"✓ {whole} ({size:,} bytes)")
        if settings.BUILTIN:
            self._record_run(
                actor=_actor(automatic=False), repository=f"folder {folder}",
                label=whole.name, kind="dump", stored=size, started_at=began,
                ended_at=datetime.now(UTC),
            )  # fmt: skip

    def _base(self, place: Home, *, automatic: bool) -> None:
        held = credentials.load(place.secrets)
        if "BACKUP_PASSWORD" not in held:
            message = f"there is no built-in database in {place.root}"
            raise RecoveryFailed(message, "make up makes one; --dump saves any other")
        repository, actor = builtin_repository(place), _actor(automatic=automatic)
        began = datetime.now(UTC)
        try:
            made = base_backup.make(
                repository, find(), backup_address(place, held), quiet=automatic,
                # The first one is wanted soon; the others leave the disk to the service.
                fast=not automatic or not repository.backups(),
            )  # fmt: skip
            gone = rotate(
                repository, Policy.of(settings.BACKUP_KEEP, settings.BACKUP_MEGABYTES)
            )
        except RecoveryFailed as error:
            self._record_run(
                actor=actor, repository=repository.name, kind="full",
                label=f"failed {began:%Y%m%dT%H%M%S.%fZ}", reason=error.message,
                started_at=began, ended_at=datetime.now(UTC),
            )  # fmt: skip
            raise
        self._record(repository, actor)
        took = (made.ended_at - made.started_at).total_seconds()
        self.stdout.write(
            f"✓ backup {made.label} ({_megabytes(made.size)}, {_megabytes(made.stored)} "
            f"stored, {took:.1f} s)"
        )
        if gone:
            self.stdout.write(f"✓ removed {', '.join(gone)}")

    def _record(self, repository: FolderRepository, actor: Actor) -> None:
        try:
            repository_record(
                actor=actor, repository=repository.name, backups=repository.backups(),
                archive=repository.archive(), used=repository.used(),
                free=repository.free(),
            )  # fmt: skip
        except (Error, IroncladError) as error:
            self.stderr.write(f"! not recorded: {error}")

    def _record_run(self, **told: Any) -> None:
        try:
            backup_record(**told)
        except (Error, IroncladError) as error:
            self.stderr.write(f"! not recorded: {error}")

    def _list(self, repository: FolderRepository) -> None:
        now, backups = datetime.now(UTC), repository.backups()
        for each in backups:
            self.stdout.write(
                f"{each.label}  {each.ended_at:%Y-%m-%d %H:%M:%S} UTC  {each.kind}  "
                f"{_megabytes(each.size)}, {_megabytes(each.stored)} stored  "
                f"PostgreSQL {each.version}  {ago(now - each.ended_at)}"
            )
        for path in sorted(repository.dumps.glob("*.dump")):
            self.stdout.write(f"{path.name}  dump  {_megabytes(path.stat().st_size)}")
        if not backups:
            self.stdout.write(f"no base backup in {repository.folder}")
        if (archive := repository.archive()) is not None:
            gaps = f", {len(archive.missing)} missing" if archive.missing else ""
            self.stdout.write(
                f"WAL {archive.first} to {archive.last}{gaps}  "
                f"{_megabytes(archive.stored)} stored"
            )


def _stop(_number: int, _frame: object) -> NoReturn:
    """Out of whatever runs: the program is ended and the draft taken away."""
    raise SystemExit(_STOPPED)


def _actor(*, automatic: bool) -> Actor:
    if automatic:
        return SYSTEM
    try:
        who = getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name
        who = "somebody"
    return Actor(name=f"{who} (command line)", role="administrator", via="command")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
