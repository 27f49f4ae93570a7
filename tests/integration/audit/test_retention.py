from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from sre_console.audit.chain import seal
from sre_console.audit.keys import sealing_key
from sre_console.audit.verification import head, link_of, verify
from sre_console.audit.walk import Broken
from sre_console.models import AuditCheckpoint, AuditEntry
from tests.integration.audit.tampering import copied, sql
from tests.integration.audit.test_record import write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _append_only(append_only: None) -> None:
    """The function has to come past the triggers."""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "audit-2026.jsonl"


@pytest.fixture(autouse=True)
def _old() -> None:
    """Five entries, of which three are 500 days old."""
    for number in range(5):
        write(number)
    key, previous = sealing_key(), "0" * 64
    for entry in AuditEntry.objects.order_by("id"):
        entry.at -= timedelta(days=500 if entry.id < 4 else 0)
        entry.previous_hash = previous
        previous = seal(link_of(entry).content, previous, key, key.id)
        sql(
            f"UPDATE audit_entry SET at = '{entry.at.isoformat()}', hash = '{previous}', "  # noqa: S608
            f"previous_hash = '{entry.previous_hash}' WHERE id = {entry.id}"
        )
    assert verify().broken is None


def retained(archive: Path, *more: str) -> str:
    out = StringIO()
    call_command("audit", "retain", "--archive", str(archive), *more, stdout=out)
    return out.getvalue()


def test_what_is_older_is_archived_and_taken_away(archive: Path) -> None:
    assert "3 entries, up to 3" in retained(archive)
    content = archive.read_bytes()
    assert [json.loads(line)["number"] for line in content.splitlines()] == [1, 2, 3]
    assert archive.stat().st_mode & 0o077 == 0
    digest = hashlib.sha256(content).hexdigest()
    assert (archive.with_name(archive.name + ".sha256")).read_text(
        encoding="utf-8"
    ) == f"{digest}  {archive.name}\n"
    numbers = AuditEntry.objects.order_by("id").values_list("id", flat=True)
    assert list(numbers) == [4, 5, 6]
    last = AuditEntry.objects.get(id=6)
    assert (last.action, last.detail["sha256"]) == ("audit.retained", digest)


def test_verification_begins_at_the_checkpoint(archive: Path) -> None:
    noted = head()
    retained(archive)
    assert verify(noted).entries == 3
    assert verify(noted).broken is None
    assert write().id == 7


TAMPERED = {
    "one more taken away": (
        "DELETE FROM audit_entry WHERE id = 4",
        Broken(5, "missing", 4),
    ),
    "the checkpoint moved": (
        """DELETE FROM audit_entry WHERE id = 4;
        UPDATE audit_checkpoint SET number = 4, hash =
        (SELECT previous_hash FROM audit_entry WHERE id = 5)""",
        Broken(4, "checkpoint"),
    ),
    "the checkpoint taken away": (
        "DELETE FROM audit_checkpoint",
        Broken(4, "missing", 1),
    ),
    "an entry made up before it": (copied(4, 3), Broken(3, "forged")),
}


@pytest.mark.parametrize("attack", TAMPERED)
def test_tampering_with_the_beginning_is_found(archive: Path, attack: str) -> None:
    retained(archive)
    statement, broken = TAMPERED[attack]
    sql(statement)
    assert verify().broken == broken


def test_a_broken_log_is_not_cut(archive: Path) -> None:
    sql("UPDATE audit_entry SET actor = 'mallory' WHERE id = 2")
    with pytest.raises(CommandError, match="Entry 2"):
        retained(archive)
    assert AuditEntry.objects.count() == 5
    assert not archive.exists()


def test_an_archive_is_never_overwritten(archive: Path) -> None:
    archive.touch()
    with pytest.raises(CommandError, match="File exists"):
        retained(archive)
    assert not AuditCheckpoint.objects.exists()


def test_what_is_not_in_the_archive_stays(archive: Path) -> None:
    """The function counts by itself, whoever calls it."""
    entry = AuditEntry.objects.get(id=3)
    call = "SELECT audit_entry_retain(3, %s, 2::smallint, now(), 2, '', '', '')"
    with (
        pytest.raises(Exception, match="3 audit entries would go, not the 2 archived"),
        connection.cursor() as cursor,
    ):
        cursor.execute(call, [entry.hash])


def test_none_keeps_all_and_so_does_a_policy_that_nothing_is_older_than(
    archive: Path, settings: Settings
) -> None:
    settings.AUDIT_RETENTION_DAYS = None
    assert "is none" in retained(archive)
    settings.AUDIT_RETENTION_DAYS = 501
    assert "no entry is older" in retained(archive)
    assert AuditEntry.objects.count() == 5


def test_it_works_for_an_owner_who_is_no_superuser(archive: Path) -> None:
    """As `ironclad_owner` is: rows come and go by its functions, and by nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE small_owner")
        for what in (
            "TABLE audit_entry",
            "TABLE audit_checkpoint",
            "FUNCTION audit_entry_append",
            "FUNCTION audit_entry_retain",
        ):
            cursor.execute(f"ALTER {what} OWNER TO small_owner")
        cursor.execute("SET LOCAL ROLE small_owner")
    assert "3 entries, up to 3" in retained(archive)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM audit_entry")
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert verify().broken is None
