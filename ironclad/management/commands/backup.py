"""Dumps the database to one file: under its name it is whole, or it is not there."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

_STOPPED = 128 + signal.SIGTERM


class Command(BaseCommand):
    help = "Writes $BACKUP_DIR/ironclad-<UTC>.dump with pg_dump, for pg_restore."
    requires_system_checks: list[str] = []  # a backup asks for less than a server

    def handle(self, *_arguments: object, **_options: object) -> None:
        if not settings.BACKUP_DIR:
            message = "BACKUP_DIR is missing: name the folder that backups go to."
            raise CommandError(message)
        name = f"ironclad-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.dump"
        whole = Path(settings.BACKUP_DIR) / name
        draft = whole.with_name(f".{name}.part")
        signal.signal(signal.SIGTERM, _stop)
        try:
            _dump(draft)
            _sync(draft)
            draft.replace(whole)
            _sync(whole.parent)
        except OSError as error:
            message = f"no backup: {error}"
            raise CommandError(message) from error
        finally:
            draft.unlink(missing_ok=True)
        self.stdout.write(f"✓ {whole} ({whole.stat().st_size:,} bytes)")


def _stop(_number: int, _frame: object) -> NoReturn:
    """Out of whatever runs: pg_dump is killed and the draft taken away."""
    raise SystemExit(_STOPPED)


def _dump(file: Path) -> None:
    command = ["pg_dump", "--format=custom", "--no-password", f"--file={file}"]
    told = os.environ | connection_environment(settings.DATABASES["default"])
    done = subprocess.run(  # noqa: S603 - our own words
        command, check=False, env=told, stderr=subprocess.PIPE, text=True
    )
    if done.returncode:
        message = f"no backup: {done.stderr.strip() or 'pg_dump gave no reason'}"
        raise CommandError(message)


def _sync(path: Path) -> None:
    """On the disk before it is called a backup."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def connection_environment(database: Mapping[str, Any]) -> dict[str, str]:
    """The connection as libpq's variables: a command line can be read by others."""
    names = {"NAME": "DATABASE", "USER": "USER", "PASSWORD": "PASSWORD"}
    names |= {"HOST": "HOST", "PORT": "PORT"}
    given = {f"PG{ours}": database[name] for name, ours in names.items()}
    options = {**database["OPTIONS"], "appname": "ironclad backup"}
    options.pop("application_name", None)
    # sslmode, sslrootcert, connect_timeout and the like.
    given |= {f"PG{name.upper()}": value for name, value in options.items()}
    return {name: str(value) for name, value in given.items() if value != ""}
