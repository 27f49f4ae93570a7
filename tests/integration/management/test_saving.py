"""The backup before migrations, with a real pg_dump on the tests' database."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from ironclad.embedded.binaries import find
from ironclad.management import saving
from ironclad.management.saving import save_before_migrations
from sre_console.models import BackupRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IRONCLAD_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def pending() -> None:
    """Two migrations that this database does not have yet, as it looks."""
    recorder = MigrationRecorder(connection)
    newest = sorted(
        name for app, name in recorder.applied_migrations() if app == "sre_console"
    )
    for name in newest[-2:]:
        recorder.record_unapplied("sre_console", name)


@pytest.mark.usefixtures("pending")
def test_what_there_is_is_saved_and_recorded(home: Path) -> None:
    saved = save_before_migrations()
    assert saved is not None
    assert str(saved).startswith("backup before 2 migrations (")
    (file,) = (home / "backups/dumps").iterdir()
    assert "-before-sre_console-00" in file.name
    listed = subprocess.run(
        [find().program("pg_restore"), "--list", file],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert "TABLE DATA public audit_entry " in listed
    saved.record()
    row = BackupRun.objects.get(label=file.name)
    assert (row.kind, row.state, row.by) == ("dump", "good", "ironclad")
    assert row.stored == file.stat().st_size


def test_without_a_migration_nothing_is_saved(home: Path) -> None:
    assert save_before_migrations() is None
    assert list(home.iterdir()) == []


def test_before_the_first_migration_there_is_nothing_to_save(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setattr(saving, "_pending", lambda: ["users-0001_initial"])
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _self: {})
    assert save_before_migrations() is None
    assert list(home.iterdir()) == []


@pytest.mark.usefixtures("pending")
def test_without_a_backup_nothing_is_migrated_and_a_way_on_is_told(home: Path) -> None:
    (home / "backups").write_text("in the way")
    with pytest.raises(CommandError, match="so none is run: cannot make") as refused:
        save_before_migrations()
    assert "IRONCLAD_BACKUP_BEFORE_MIGRATION=off" in str(refused.value)
    assert BackupRun.objects.get().state == "failed"


@pytest.mark.usefixtures("pending")
def test_the_last_five_stay_and_those_by_hand(home: Path) -> None:
    dumps = home / "backups/dumps"
    dumps.mkdir(parents=True)
    for day in range(1, 7):
        (dumps / f"2026010{day}T000000Z-before-x.dump").touch()
    (dumps / "ironclad-20250101T000000Z.dump").touch()
    save_before_migrations()
    left = sorted(path.name[:8] for path in dumps.iterdir())
    assert left[:4] == ["20260103", "20260104", "20260105", "20260106"]
    assert left[5:] == ["ironclad"]
