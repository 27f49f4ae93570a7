"""`manage.py validate_backup`: its options, and what it writes down. Restores are in tests/stack."""

from __future__ import annotations

import io
import json
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ironclad.recovery.checking import Running
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.repository import Archive, BaseBackup, Repository
from ironclad.recovery.target import Target
from sre_console.management.commands import validate_backup
from sre_console.management.validation_choice import Chosen
from sre_console.models import AuditEntry, RestoreRun
from sre_console.recovery.validation_file import written
from tests.unit.recovery.test_validation_file import AT, GOOD

pytestmark = pytest.mark.django_db


class Broken:
    """A repository whose one backup cannot be restored."""

    name = "folder of the test"

    def __init__(self, size: int = 1) -> None:
        self.size = size

    def backups(self) -> list[BaseBackup]:
        return [
            BaseBackup(
                "A", "full", AT, AT, self.size, 1, "0" * 24, "0" * 24, version=15
            )
        ]

    def archive(self) -> Archive | None:
        return None

    def verify(self, backup: BaseBackup) -> list[str]:
        return [f"base/1/1259 of {backup.label} is damaged"]

    def lay_out(self, backup: BaseBackup, into: Path) -> None:
        raise NotImplementedError

    def restore_command(self) -> str:
        return "false"


def fails(
    repository: Repository, target: Target, into: Path
) -> AbstractContextManager[Running]:
    (into / "half").mkdir()
    raise RecoveryFailed("segment 7 is missing", "see the archive")


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> Chosen:
    made = Chosen(Broken(), fails, source=None, database="ironclad")
    monkeypatch.setattr(validate_backup, "choose", lambda _name, _say: made)
    return made


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("validate_backup", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.mark.usefixtures("chosen")
def test_a_backup_that_cannot_be_restored_is_written_down_with_the_reason(
    tmp_path: Path,
) -> None:
    with pytest.raises(CommandError, match="segment 7 is missing") as failed:
        run("--into", str(tmp_path / "place"), "--json", str(tmp_path / "told.json"))
    assert failed.value.returncode == 1
    row = RestoreRun.objects.get()
    assert (row.kind, row.state, row.label) == ("validation", "failed", "A")
    assert "segment 7 is missing" in row.reason
    assert row.checks[0] == {
        "name": "stored files", "passed": False,
        "told": "1 files are not as stored · → base/1/1259 of A is damaged",
    }  # fmt: skip
    assert AuditEntry.objects.get().action == "recovery.failed"
    assert json.loads((tmp_path / "told.json").read_text())["label"] == "A"
    assert [each.name for each in (tmp_path / "place").iterdir()] == ["validation.lock"]


@pytest.mark.usefixtures("chosen")
def test_what_is_not_to_be_recorded_is_not(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        run("--into", str(tmp_path), "--no-record")
    assert not RestoreRun.objects.exists()


def test_it_asks_for_space_before_it_begins(
    monkeypatch: pytest.MonkeyPatch, chosen: Chosen, tmp_path: Path
) -> None:
    huge = replace(chosen, repository=Broken(size=1 << 60))
    monkeypatch.setattr(validate_backup, "choose", lambda _name, _say: huge)
    with pytest.raises(CommandError, match="are free on the disk"):
        run("--into", str(tmp_path))


def test_a_result_of_elsewhere_is_written_down(tmp_path: Path) -> None:
    file = tmp_path / "told.json"
    file.write_text(written(GOOD))
    told = run("--record", str(file))
    row = RestoreRun.objects.get()
    assert (row.state, row.size, row.recovery_seconds) == ("good", 5, 4.5)
    assert AuditEntry.objects.get().action == "recovery.validation"
    assert "✓ the backup is good" in told


def test_a_file_that_is_none_is_refused_and_nothing_written_down(
    tmp_path: Path,
) -> None:
    file = tmp_path / "told.json"
    file.write_text('{"kind": "validation"}')
    with pytest.raises(CommandError, match="has no ended_at"):
        run("--record", str(file))
    assert not RestoreRun.objects.exists()


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "nan", "604801"])
def test_a_deadline_is_a_number_of_seconds(seconds: str) -> None:
    with pytest.raises(CommandError, match="no number of seconds"):
        run("--deadline", seconds)
