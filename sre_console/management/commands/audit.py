"""manage.py audit: verify the audit log, note its head, export it, archive its old part."""

from __future__ import annotations

import getpass
import os
import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from ironclad.errors import IroncladError
from sre_console.audit.actor import Actor
from sre_console.audit.export import FORMS, Form, lines, written
from sre_console.audit.retention import retain, sidecar
from sre_console.audit.searching import in_order
from sre_console.audit.verification import Head, head, verify
from sre_console.audit.wording import broken_told

_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})", re.ASCII)


class Command(BaseCommand):
    help = (
        "Verify the audit log against its chain (exit status 1: it was tampered with), "
        "tell its head, export it, or archive what is older than the retention."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        verifying = actions.add_parser("verify", help="tell the first broken entry")
        verifying.add_argument(
            "--head", type=_head, help="NUMBER:DIGEST noted elsewhere: finds a cut tail"
        )
        actions.add_parser("head", help="number and digest of the newest entry")
        exporting = actions.add_parser("export", help="to stdout or a file")
        exporting.add_argument("--format", choices=FORMS, default="jsonl")
        exporting.add_argument("--from", dest="since", type=_moment, help="ISO 8601")
        exporting.add_argument("--to", dest="until", type=_moment, help="not included")
        exporting.add_argument("--output", type=Path, help="a file that is not there")
        retaining = actions.add_parser(
            "retain", help="as the database's owner: archive old entries, then cut them"
        )
        retaining.add_argument("--archive", type=Path, required=True)
        retaining.add_argument(
            "--days", type=_days, help="instead of IRONCLAD_AUDIT_RETENTION_DAYS"
        )

    def handle(self, *_args: object, action: str, **options: Any) -> None:
        actions: dict[str, Callable[..., None]] = {
            "verify": self._verify, "head": self._head,
            "export": self._export, "retain": self._retain,
        }  # fmt: skip
        try:
            actions[action](options)
        except (OSError, DatabaseError, IroncladError) as error:
            message = str(error).strip().partition("\n")[0]
            raise CommandError(message) from error

    def _verify(self, options: dict[str, Any]) -> None:
        finding = verify(options["head"])
        if finding.broken is not None:
            self.stdout.write(f"{finding.entries} entries are as they were written.")
            raise CommandError(broken_told(finding.broken), returncode=1)
        newest = Head(finding.place.number, finding.place.hash)
        self.stdout.write(f"{finding.entries} entries, unbroken. Head: {newest}")

    def _head(self, _options: dict[str, Any]) -> None:
        self.stdout.write(str(head()))

    def _export(self, options: dict[str, Any]) -> None:
        form: Form = options["format"]
        chunks = lines(in_order(options["since"], options["until"]), form)
        file: Path | None = options["output"]
        if file is None:
            digest = written(chunks, self._bytes)
            self.stdout.flush()
        else:
            with file.open("xb") as target:
                os.fchmod(target.fileno(), 0o600)  # names and addresses of people
                digest = written(chunks, target.write)
            sidecar(file, digest)
        self.stderr.write(f"SHA-256: {digest}")

    def _retain(self, options: dict[str, Any]) -> None:
        asked: int | None = options["days"]
        days = settings.AUDIT_RETENTION_DAYS if asked is None else asked
        if days is None:
            self.stdout.write("Nothing to do: IRONCLAD_AUDIT_RETENTION_DAYS is none.")
            return
        actor = Actor(f"{getpass.getuser()} by manage.py", "system", via="command")
        done = retain(actor=actor, days=days, archive=options["archive"])
        if done is None:
            self.stdout.write(f"Nothing to do: no entry is older than {days} days.")
            return
        self.stdout.write(
            f"{done.removed} entries, up to {done.number}, are in {options['archive']} "
            f"and gone from the database. SHA-256: {done.archive_digest}"
        )

    def _bytes(self, chunk: bytes) -> None:
        raw = getattr(self.stdout, "buffer", None)
        if raw is None:  # a test's own
            self.stdout.write(chunk.decode(), ending="")
        else:
            raw.write(chunk)


def _days(text: str) -> int:
    days = int(text) if text.isascii() and text.isdigit() else 0
    if days < 1:
        message = "a day at least stays"
        raise ArgumentTypeError(message)
    return days


def _head(text: str) -> Head:
    found = _HEAD.fullmatch(text)
    if found is None:
        message = "write NUMBER:DIGEST, as `audit head` and the log tell it"
        raise ArgumentTypeError(message)
    return Head(int(found[1]), found[2])


def _moment(text: str) -> datetime:
    """ISO 8601; without a zone it is UTC."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        message = "write a day or a time, as in 2026-01-31 or 2026-01-31T12:00:00Z"
        raise ArgumentTypeError(message) from None
    return told if told.tzinfo else told.replace(tzinfo=UTC)
