"""Making an export, which is itself on the record."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.chaos.rows import database_now
from sre_console.governance.evidence.files import Files, digest, files_of
from sre_console.governance.evidence.report import period_read, report_of


def evidence_export(*, actor: Actor, asked: Mapping[str, str]) -> tuple[Files, str]:
    """The files and their digest. Raises FieldsInvalid and PermissionRefused."""
    access_check(actor, "evidence.export")
    period, first, last = period_read(asked, now=database_now(), deep=True)
    report = report_of(period, first, last)
    files = files_of(report, base=settings.CONSOLE_URL, by=actor.name)
    made = digest(files)
    with audited():
        record(
            actor=actor,
            action="evidence.exported",
            subject=f"{first} to {last}",
            detail={"digest": made, "files": len(files)},
        )
    return files, made
