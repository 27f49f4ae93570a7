from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from sre_console.audit.verification import verify
from sre_console.models import AuditEntry
from tests.integration.audit.test_record import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries() -> list[AuditEntry]:
    return [write(number) for number in range(5)]


def test_an_untouched_log_is_unbroken(entries: list[AuditEntry]) -> None:
    assert verify() == []
    out = StringIO()
    call_command("audit_verify", stdout=out)
    assert f"5 entries, unbroken. Newest hash: {entries[-1].hash}" in out.getvalue()


def test_a_changed_entry_is_found(entries: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(id=entries[2].id).update(actor="mallory")
    assert verify() == [entries[2].id]


def test_an_entry_taken_out_is_found_at_the_one_after(
    entries: list[AuditEntry],
) -> None:
    AuditEntry.objects.filter(id=entries[2].id).delete()
    assert verify() == [entries[3].id]


def test_a_changed_entry_with_a_hash_to_match_breaks_the_next(
    entries: list[AuditEntry],
) -> None:
    AuditEntry.objects.filter(id=entries[2].id).update(hash="f" * 64)
    assert verify() == [entries[2].id, entries[3].id]


def test_the_command_fails_on_a_broken_log(entries: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(id=entries[0].id).update(action="other")
    with pytest.raises(CommandError, match=f"entries: {entries[0].id}$"):
        call_command("audit_verify")
