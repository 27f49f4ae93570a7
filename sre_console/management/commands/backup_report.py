"""manage.py backup_report: writes down what a backup's pod has seen. Run by deploy/backup."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ironclad.recovery.failure import RecoveryFailed
from sre_console.audit.actor import Actor
from sre_console.recovery.reporting import dumps_record, report_record

_ACTOR = Actor(name="backup", role="system", via="command")


def _many(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 1000:  # noqa: PLR2004
        message = "from 1 to 1000"
        raise argparse.ArgumentTypeError(message)
    return number


class Command(BaseCommand):
    help = (
        "Records what `pgbackrest info --output=json` says, of FILE or of the folder that a"
        " backup's pod has filled; with --dumps, what dumps there are. Ends with 1 when a backup"
        " failed."
    )
    requires_system_checks: list[str] = []  # less is needed than for a server

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "place", nargs="?", metavar="FILE", help="a file or a folder"
        )
        parser.add_argument(
            "--dumps", metavar="FOLDER", help="where `backup` writes to"
        )
        parser.add_argument(
            "--keep", type=_many, default=14, help="how many dumps stay (14)"
        )

    def handle(
        self, *_: object, place: str | None, dumps: str | None, keep: int, **__: object
    ) -> None:
        if not place and not dumps:
            message = "Name the report of a backup, or --dumps and a folder."
            raise CommandError(message)
        try:
            complaints = self._report(place) if place else []
            if dumps:
                kept, gone = dumps_record(actor=_ACTOR, folder=Path(dumps), keep=keep)
                self.stdout.write(f"✓ {len(kept)} dumps are there, {gone} removed")
        except RecoveryFailed as error:
            raise CommandError(str(error)) from error
        if complaints:
            raise CommandError("\n".join(complaints))

    def _report(self, place: str) -> list[str]:
        stanza = settings.PGBACKREST_STANZA
        complaints = report_record(actor=_ACTOR, place=Path(place), stanza=stanza)
        if not complaints:
            self.stdout.write(f"✓ what {place} says is written down")
        return complaints
