"""Taking away what is older than the policy, once it is in an archive.

Run by the owner of the database, who alone may; nothing does it by itself.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path

from django.db import connection

from ironclad.errors import Conflict
from sre_console.audit.actor import Actor
from sre_console.audit.checkpoint import beginning, checkpoint_seal
from sre_console.audit.export import lines, written
from sre_console.audit.keys import known_keys, sealing_key
from sre_console.audit.searching import in_order
from sre_console.audit.services import audited, moment, record
from sre_console.audit.verification import walk
from sre_console.audit.walk import Broken
from sre_console.audit.wording import broken_told
from sre_console.models import AuditCheckpoint, AuditEntry

_RETAIN = "SELECT audit_entry_retain(%s, %s, %s::smallint, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Retained:
    """What was taken away: `removed` entries, up to this number, now in the archive."""

    removed: int
    number: int
    archive_digest: str


def retain(*, actor: Actor, days: int, archive: Path) -> Retained | None:
    """Archive the entries that are older and take them away; None where there are none.

    The file must not be there yet. Raises Conflict where the log is broken: what tells of
    tampering is never cut off, nor is the newest entry.
    """
    before = moment() - timedelta(days=days)
    last = _last_before(before)
    if last is None:
        return None
    _unbroken_check(last.id)
    old = takewhile(lambda entry: entry.id <= last.id, in_order())
    with archive.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        count = 0

        def write(line: bytes) -> None:
            nonlocal count
            count += 1
            file.write(line)

        digest = written(lines(old, "jsonl"), write)
        file.flush()
        os.fsync(file.fileno())
    sidecar(archive, digest)
    _cut(actor=actor, last=last, removed=count, digest=digest, name=archive.name)
    return Retained(count, last.id, digest)


def sidecar(file: Path, digest: str) -> None:
    """Beside the file, as `sha256sum --check` reads it."""
    beside = file.with_name(file.name + ".sha256")
    beside.write_text(f"{digest}  {file.name}\n", encoding="utf-8")


def _last_before(moment_: datetime) -> AuditEntry | None:
    """The last of the entries that are all older; the newest of all stays."""
    newer = AuditEntry.objects.filter(at__gte=moment_).order_by("id").first()
    bound = newer or AuditEntry.objects.order_by("-id").first()
    if bound is None:
        return None
    return AuditEntry.objects.filter(id__lt=bound.id).order_by("-id").first()


def _unbroken_check(number: int) -> None:
    keys = known_keys()
    place = beginning(keys)
    steps = iter(()) if isinstance(place, Broken) else walk(place, keys, above=None)
    while not isinstance(place, Broken) and place.number < number:
        place = next(steps)
    if isinstance(place, Broken):
        raise Conflict(broken_told(place))


def _cut(
    *, actor: Actor, last: AuditEntry, removed: int, digest: str, name: str
) -> None:
    key = sealing_key()
    with audited():
        row = AuditCheckpoint(
            number=last.id,
            hash=last.hash,
            scheme=last.scheme,
            at=moment(),
            removed=removed,
            archive_digest=digest,
            key_id=key.id,
        )
        with connection.cursor() as cursor:
            cursor.execute(
                _RETAIN,
                [
                    row.number, row.hash, row.scheme, row.at, row.removed,
                    row.archive_digest, row.key_id, checkpoint_seal(key, row),
                ],
            )  # fmt: skip
        record(
            actor=actor,
            action="audit.retained",
            subject=f"audit log up to {last.id}",
            detail={"removed": removed, "archive": name, "sha256": digest},
        )
