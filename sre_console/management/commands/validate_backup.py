"""manage.py validate_backup: restore the newest backup aside, check it, write down how it was."""

from __future__ import annotations

import getpass
import json
import time
from argparse import ArgumentParser, ArgumentTypeError
from functools import partial
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from ironclad.recovery.failure import RecoveryFailed
from sre_console.audit.actor import Actor
from sre_console.management.smoke import smoke
from sre_console.management.validation_choice import choose
from sre_console.recovery.recording import Restored, restore_record
from sre_console.recovery.restored_smoke import smoke as smoke_of
from sre_console.recovery.scratch import (
    default_place,
    scratch_folder,
    stopped_in_order,
)
from sre_console.recovery.tables import tables
from sre_console.recovery.validation import Validation
from sre_console.recovery.validation_file import read, written
from sre_console.recovery.validation_told import lines

_DEADLINE = 4 * 3600.0  # seconds: what is promised of a recovery


class Command(BaseCommand):
    help = (
        "Restore the newest backup into a scratch cluster, check it, hold it to its source, "
        "take it away again and write down how it was. Exit status 1: it is not good."
    )
    # On a restored cluster it tells of the checks itself.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repository", default="", help="folder:/PATH, pgbackrest")
        parser.add_argument(
            "--into", type=Path, help="a folder for the scratch cluster"
        )
        parser.add_argument(
            "--json", type=Path, help="write the result to this file too"
        )
        parser.add_argument(
            "--no-record", action="store_true", help="of the result: no row, no entry"
        )
        parser.add_argument(
            "--record",
            type=Path,
            help="write down what --json wrote elsewhere, no more",
        )
        parser.add_argument(
            "--deadline",
            type=_seconds,
            default=_DEADLINE,
            help="for all of it, seconds",
        )
        parser.add_argument(
            "--smoke",
            action="store_true",
            help="the application's part, on DATABASE_URL",
        )

    def handle(self, *_args: object, **options: Any) -> None:
        if options["smoke"]:
            self.stdout.write(json.dumps(smoke()))
            return
        try:
            if options["record"] is not None:
                restored = read(options["record"])
            else:
                restored = self._validated(options)
        except RecoveryFailed as failure:
            raise CommandError(str(failure)) from failure
        for line in lines(restored):
            self.stdout.write(line)
        if options["json"] is not None:
            self._write(options["json"], restored)
        if not options["no_record"]:
            self._record(restored)
        if restored.reason:
            raise CommandError(restored.reason, returncode=1)

    def _validated(self, options: dict[str, Any]) -> Restored:
        place = options["into"] or default_place()
        deadline: float = options["deadline"]
        with stopped_in_order(deadline):
            chosen = choose(options["repository"], self._say)
            size = max((each.size for each in chosen.repository.backups()), default=0)
            with scratch_folder(place, size=size) as folder:
                return Validation(
                    repository=chosen.repository,
                    restoring=chosen.restoring,
                    smoke=partial(smoke_of, database=chosen.database),
                    into=folder,
                    tables=tables(),
                    source=chosen.source,
                    database=chosen.database,
                    say=self._say,
                    within=deadline,
                ).run()

    def _say(self, line: str) -> None:
        self.stderr.write(f"{time.strftime('%H:%M:%S', time.gmtime())} {line}")
        self.stderr.flush()

    @staticmethod
    def _write(path: Path, restored: Restored) -> None:
        draft = path.with_name(f".{path.name}.part")
        try:
            draft.write_text(written(restored), encoding="utf-8")
            draft.replace(path)
        except OSError as error:
            message = f"cannot write {path}: {error.strerror}"
            raise CommandError(message) from error

    @staticmethod
    def _record(restored: Restored) -> None:
        who = f"{getpass.getuser()} by manage.py"
        actor = Actor(name=who, role="system", via="command")
        try:
            restore_record(actor=actor, restored=restored)
        except (DatabaseError, ImproperlyConfigured) as error:
            told = str(error).strip().partition("\n")[0]
            message = f"the validation is not written down: {told}"
            raise CommandError(message) from error


def _seconds(words: str) -> float:
    try:
        seconds = float(words)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 7 * 86_400:
        message = f"{words!r} is no number of seconds from 1 to a week"
        raise ArgumentTypeError(message)
    return seconds
