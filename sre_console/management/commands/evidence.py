"""manage.py evidence: the evidence mapping of a period as files."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ironclad.errors import FieldsInvalid
from sre_console.audit.actor import Actor
from sre_console.governance.evidence.files import Files, zipped
from sre_console.governance.evidence.services import evidence_export


class Command(BaseCommand):
    help = (
        "Write the evidence mapping of a period into a folder, or as a ZIP to stdout."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="begin", default="", metavar="DAY")
        parser.add_argument("--to", dest="end", default="", metavar="DAY")
        parser.add_argument("--out", required=True, metavar="FOLDER|-")

    def handle(
        self, *_args: object, begin: str, end: str, out: str, **_options: Any
    ) -> None:
        folder = None if out == "-" else Path(out)
        if folder is not None and folder.exists() and any(folder.iterdir()):
            message = f"{folder} is not empty: evidence is not mixed with anything."
            raise CommandError(message)
        actor = Actor(name=getpass.getuser(), role="system", via="command")
        try:
            files, digest = evidence_export(
                actor=actor, asked={"from": begin, "to": end}
            )
        except FieldsInvalid as error:
            raise CommandError(error.problems[0][1]) from error
        if folder is None:
            sys.stdout.buffer.write(zipped(files))
            self.stderr.write(f"digest {digest}")
            return
        _write(folder, files)
        self.stdout.write(f"{len(files)} files in {folder}, digest {digest}")


def _write(folder: Path, files: Files) -> None:
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
