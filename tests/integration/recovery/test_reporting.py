"""What a backup's pod has seen becomes rows; what is no report is refused."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from sre_console.models import AuditEntry, BackupRun, RepositoryState
from tests.unit.recovery.test_pgbackrest_info import (
    DIFF,
    FULL,
    backup,
    segments,
    stanza,
)

pytestmark = pytest.mark.django_db
NAME = "pgBackRest ironclad repo1"


def report(*words: object) -> str:
    told = io.StringIO()
    call_command("backup_report", *map(str, words), stdout=told)
    return told.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path)
    files = {p: {"type": "file", "size": n} for p, n in segments(100, 101, 103).items()}
    (tmp_path / "archive-1.json").write_text(json.dumps(files))
    (tmp_path / "space-1.txt").write_text(" 700  300\n")
    return tmp_path


def write(folder: Path, **more: Any) -> None:
    (folder / "info.json").write_text(json.dumps([stanza(**more)]))


def fail(folder: Path, why: str) -> None:
    (folder / "type.txt").write_text("diff\n")
    (folder / "started-1.txt").write_text("1769860800\n")
    (folder / "failure-1.txt").write_text(why)


def test_a_report_becomes_rows(folder: Path) -> None:
    report(folder)
    assert set(BackupRun.objects.values_list("label", "kind", "state")) == {
        (FULL, "full", "good"),
        (DIFF, "diff", "good"),
    }
    state = RepositoryState.objects.get()
    assert (state.repository, state.used, state.free) == (NAME, 700, 300)
    assert (state.missing_wal, state.newest_wal[-2:]) == (1, "67")


def test_told_again_nothing_is_doubled_and_what_is_gone_says_so(folder: Path) -> None:
    report(folder)
    write(folder, backup=[backup(DIFF, "diff", 200)])
    report(folder)
    assert BackupRun.objects.get(label=FULL).gone_at
    assert BackupRun.objects.get(label=DIFF).gone_at is None
    assert AuditEntry.objects.filter(action="backup.made").count() == 2


def test_the_file_alone_is_a_report(folder: Path) -> None:
    report(folder / "info.json")
    assert RepositoryState.objects.get().used is None
    assert RepositoryState.objects.get().newest_wal[-1] == "9"


def test_a_backup_that_failed_is_a_row_and_an_end_with_1(folder: Path) -> None:
    fail(folder, "ERROR: [064]: no room\x00\x1b[31m left")
    with pytest.raises(CommandError, match="no room"):
        report(folder)
    row = BackupRun.objects.get(state="failed")
    assert (row.kind, row.repository, row.label[:9]) == ("diff", NAME, "failed at")
    assert row.reason == "ERROR: [064]: no room [31m left"
    assert BackupRun.objects.filter(state="good").count() == 2


def test_a_repository_that_cannot_be_read_takes_no_backup_away(folder: Path) -> None:
    report(folder)
    status = {"code": 99, "message": "[CryptoError] no"}
    write(folder, backup=[], repo=[{"key": 1, "status": status}])
    with pytest.raises(CommandError, match="CryptoError"):
        report(folder)
    assert not BackupRun.objects.exclude(gone_at=None).exists()
    assert "CryptoError" in RepositoryState.objects.get().complaint


@pytest.mark.parametrize("content", ["", "{}", "[]", "x" * 99, "[" * 99_999])
def test_what_is_no_report_is_refused(folder: Path, content: str) -> None:
    (folder / "info.json").write_text(content)
    with pytest.raises(CommandError):
        report(folder)
    assert not RepositoryState.objects.exists()


def test_one_that_is_too_long_is_refused(folder: Path) -> None:
    with (folder / "info.json").open("wb") as file:
        file.truncate(33 * 1024 * 1024)
    with pytest.raises(CommandError, match="longer than"):
        report(folder)


def test_one_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        report(tmp_path)
    with pytest.raises(CommandError, match="Name the report"):
        report()


def dump(folder: Path, day: int) -> Path:
    file = folder / f"ironclad-202601{day:02}T020000Z.dump"
    file.write_bytes(b"x" * day)
    return file


def test_the_newest_dumps_stay(tmp_path: Path) -> None:
    files = [dump(tmp_path, day) for day in range(1, 6)]
    others = [tmp_path / ".ironclad-20260101T020000Z.dump.part", tmp_path / "mine.dump"]
    for other in others:
        other.touch()
    assert "2 dumps are there, 3 removed" in report("--dumps", tmp_path, "--keep", 2)
    assert set(tmp_path.iterdir()) == {*files[3:], *others}
    assert set(BackupRun.objects.values_list("label", "kind", "stored")) == {
        (files[3].name, "dump", 4),
        (files[4].name, "dump", 5),
    }


def test_a_dump_that_is_removed_says_so_in_its_row(tmp_path: Path) -> None:
    old = dump(tmp_path, 1)
    report("--dumps", tmp_path, "--keep", 1)
    dump(tmp_path, 2)
    report("--dumps", tmp_path, "--keep", 1)
    assert BackupRun.objects.get(label=old.name).gone_at
    assert BackupRun.objects.get(gone_at=None).stored == 2


def test_none_is_kept_by_no_wish(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        report("--dumps", tmp_path, "--keep", 0)
