from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ironclad.recovery.repository import Archive, BaseBackup
from sre_console.audit.actor import SYSTEM
from sre_console.models import AuditEntry, BackupRun, RepositoryState, RestoreRun
from sre_console.recovery.recording import (
    Restored,
    backup_record,
    repository_record,
    restore_record,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 31, 12, tzinfo=UTC)


def base(label: str, days: int = 0) -> BaseBackup:
    begun = AT + timedelta(days=days)
    return BaseBackup(
        label=label, kind="full", started_at=begun, ended_at=begun + timedelta(minutes=1),
        size=100, stored=30, wal_start="000000010000000000000002",
        wal_stop="000000010000000000000003", version=15,
    )  # fmt: skip


def told() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_a_backup_told_twice_is_one_row_and_one_entry() -> None:
    for _ in range(2):
        backup_record(
            actor=SYSTEM, repository="here", label="A", kind="dump", started_at=AT,
            ended_at=AT, size=5,
        )  # fmt: skip
    assert BackupRun.objects.get().state == "good"
    assert told() == ["backup.made"]


def test_what_is_gone_from_a_repository_says_so() -> None:
    archive = Archive("0" * 24, "1" * 24, missing=("0" * 23 + "1",))
    repository_record(
        actor=SYSTEM, repository="here", backups=[base("A"), base("B", 1)], archive=archive
    )  # fmt: skip
    repository_record(
        actor=SYSTEM, repository="here", backups=[base("B", 1)], archive=archive, free=7
    )  # fmt: skip
    gone = dict(BackupRun.objects.values_list("label", "gone_at"))
    assert gone["A"] is not None
    assert gone["B"] is None
    state = RepositoryState.objects.get()
    assert (state.missing_wal, state.free) == (1, 7)
    assert state.oldest_at == base("B", 1).ended_at
    # with a complaint nobody knows what is there
    repository_record(
        actor=SYSTEM, repository="here", backups=[], archive=None, complaint="no key"
    )
    assert BackupRun.objects.get(label="B").gone_at is None


def test_a_restore_that_failed_is_told_with_its_reason() -> None:
    restored = Restored(
        kind="validation", repository="here", target="latest", started_at=AT,
        ended_at=AT, reason="a block is corrupted",
    )  # fmt: skip
    restore_record(actor=SYSTEM, restored=restored)
    assert RestoreRun.objects.get().state == "failed"
    assert told() == ["recovery.failed"]
