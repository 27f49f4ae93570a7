"""Backups in a folder, of a real server that is lost in the end."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from ironclad.embedded.account import account
from ironclad.embedded.postgres import Postgres
from ironclad.management.commands import backup as command
from ironclad.recovery import base_backup
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.folder import FolderRepository
from ironclad.recovery.keeping import Policy
from ironclad.recovery.locking import alone
from ironclad.recovery.receiver import Receiver
from ironclad.recovery.rotation import rotate
from sre_console.models import BackupRun, RepositoryState
from tests.acceptance.harness.waiting import until
from tests.integration.recovery.cluster import Site, address, site


@pytest.fixture(scope="module")
def place(postgres_version: int) -> Iterator[Site]:
    with site(postgres_version) as made:
        yield made


@pytest.fixture(scope="module")
def server(place: Site) -> Iterator[Postgres]:
    made = place.server("source")
    made.initialise()
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def kept(place: Site, server: Postgres) -> FolderRepository:
    """One base backup, and WAL that was received after it; three segments of it packed."""
    repository = place.repository
    receiver = Receiver(repository, place.binaries, address(server))
    receiver.start()
    base_backup.make(repository, place.binaries, address(server))
    with closing(server.connect()) as connection:
        connection.execute("CREATE TABLE noted (what text)")
        for number in range(3):
            connection.execute("INSERT INTO noted VALUES (%s)", [f"in {number}"])
            connection.execute("SELECT pg_switch_wal()")
        connection.execute("INSERT INTO noted VALUES ('the newest')")
        row = connection.execute("SELECT pg_current_wal_lsn()").fetchone()
        _await(connection, row[0] if row else None)
    assert receiver.pack() >= 3
    assert receiver.complaint() is None
    receiver.stop()
    return repository


def _recovers(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
    return row is None or bool(row[0])


def _await(connection: psycopg.Connection, lsn: object) -> None:
    asked = "SELECT 1 FROM pg_stat_replication WHERE write_lsn >= %s"
    until(
        lambda: connection.execute(asked, [lsn]).fetchone() is not None, 60, "the WAL"
    )


@pytest.fixture
def copy(kept: FolderRepository, tmp_path: Path) -> FolderRepository:
    """For a test that damages it."""
    shutil.copytree(kept.folder, tmp_path / "copy")
    return replace(kept, folder=tmp_path / "copy")


def test_a_base_backup_says_what_it_is(
    kept: FolderRepository, postgres_version: int
) -> None:
    (backup,) = kept.backups()
    assert backup.version == postgres_version
    assert backup.started_at < backup.ended_at
    assert 0 < backup.stored < backup.size
    assert kept.verify(backup) == []


def test_the_wal_is_whole_to_the_newest(kept: FolderRepository) -> None:
    (backup,), archive = kept.backups(), kept.archive()
    assert archive is not None
    assert archive.first <= backup.wal_start < archive.last
    assert archive.missing == ()
    assert (kept.incoming / f"{archive.last}.partial").exists()


def test_a_missing_segment_is_named(copy: FolderRepository) -> None:
    (backup,) = copy.backups()
    gone = min(name for name in copy.segments() if name > backup.wal_stop)
    copy.segments()[gone].unlink()
    archive = copy.archive()
    assert archive is not None
    assert archive.missing == (gone,)


def test_the_newest_commit_is_in_a_restore_though_the_server_was_killed(
    place: Site, kept: FolderRepository
) -> None:
    restored = place.restored("restored", recovery_target_timeline="latest")
    restored.start()
    try:
        with closing(restored.connect()) as connection:
            until(lambda: not _recovers(connection), 60, "the end of the recovery")
            asked = "SELECT string_agg(what, ', ') FROM noted"
            row = connection.execute(asked).fetchone()
            assert row == ("in 0, in 1, in 2, the newest",)
    finally:
        restored.stop()


def test_a_segment_that_cannot_be_unpacked_ends_the_recovery(
    copy: FolderRepository, tmp_path: Path
) -> None:
    packed = max(copy.wal.glob("*.gz"))
    packed.write_bytes(packed.read_bytes()[:1000])
    command = copy.restore_command().replace("%f", packed.stem)
    # Above 128: PostgreSQL takes it for the end of all, not for a segment that is not there.
    assert os.waitstatus_to_exitcode(os.system(_into(command, tmp_path))) == 200  # noqa: S605
    absent = copy.restore_command().replace("%f", "0" * 24)
    assert os.waitstatus_to_exitcode(os.system(_into(absent, tmp_path))) == 1  # noqa: S605


def _into(command: str, folder: Path) -> str:
    return command.replace("%p", str(folder / "segment")).replace("%%", "%")


def test_a_file_that_is_another_is_found_and_not_laid_out(
    copy: FolderRepository, tmp_path: Path
) -> None:
    (backup,) = copy.backups()
    listed = copy.base / backup.label / "backup_manifest"
    files = json.loads(listed.read_bytes())["Files"]
    (checksum,) = (f["Checksum"] for f in files if f["Path"] == "PG_VERSION")
    _expect_another(listed, checksum)
    assert copy.verify(backup) == ["PG_VERSION is not as it was written (checksum)"]
    into = tmp_path / "new"
    into.mkdir(mode=0o700)
    with pytest.raises(RecoveryFailed, match="is damaged: PG_VERSION"):
        copy.lay_out(backup, into)
    assert list(into.iterdir()) == []


def _expect_another(listed: Path, checksum: str) -> None:
    """As if the file had been changed after the manifest was written."""
    text = listed.read_text()
    entry = next(line for line in text.splitlines() if '"Path": "PG_VERSION"' in line)
    text = text.replace(entry, entry.replace(checksum, checksum[::-1]))
    body = text[: text.rindex('"Manifest-Checksum"')]
    digest = hashlib.sha256(body.encode()).hexdigest()
    listed.write_text(f'{body}"Manifest-Checksum": "{digest}"}}\n')


def test_a_cut_off_file_and_a_changed_manifest_are_found(
    copy: FolderRepository,
) -> None:
    (backup,) = copy.backups()
    wal = copy.base / backup.label / "pg_wal.tar.gz"
    wal.write_bytes(wal.read_bytes()[:100])
    (told,) = copy.verify(backup)
    assert "cannot be read to its end" in told
    listed = copy.base / backup.label / "backup_manifest"
    listed.write_text(listed.read_text().replace("PG_VERSION", "PG_VERSIOM"))
    (told,) = copy.verify(backup)
    assert "checksum" in told


def test_it_is_laid_out_in_an_empty_folder_only(
    kept: FolderRepository, tmp_path: Path
) -> None:
    (tmp_path / "mine").write_text("kept")
    with pytest.raises(RecoveryFailed, match="is not empty"):
        kept.lay_out(kept.backups()[0], tmp_path)
    assert (tmp_path / "mine").read_text() == "kept"


def test_a_half_made_backup_is_none_and_goes_with_the_next(
    place: Site, server: Postgres, copy: FolderRepository
) -> None:
    whole = copy.backups()
    half = copy.base / f".draft-{whole[0].label}"
    (copy.base / whole[0].label).rename(half)
    assert copy.backups() == []
    (copy.base / "20260101T000000000Z").mkdir()  # and one without a description
    base_backup.make(copy, place.binaries, address(server))
    assert not half.exists()
    assert len(copy.backups()) == 1


def test_two_at_once_are_refused(
    place: Site, server: Postgres, copy: FolderRepository
) -> None:
    with (
        alone(copy.lock, "a backup"),
        pytest.raises(RecoveryFailed, match="in use by a backup"),
    ):
        base_backup.make(copy, place.binaries, address(server))


def test_a_full_disk_is_told_and_leaves_nothing(
    place: Site, server: Postgres, copy: FolderRepository, tmp_path: Path
) -> None:
    # As pg_basebackup itself ends on one.
    programs = tmp_path / "programs"
    programs.mkdir()
    full = "pg_basebackup: error: could not write to file: No space left on device"
    (programs / "pg_basebackup").write_text(f"#!/bin/sh\necho '{full}' >&2; exit 1\n")
    (programs / "pg_basebackup").chmod(0o755)
    before = copy.backups()
    with pytest.raises(RecoveryFailed, match="No space left on device"):
        base_backup.make(
            copy, replace(place.binaries, folder=programs), address(server)
        )
    assert copy.backups() == before
    assert not list(copy.base.glob(".draft-*"))


def test_a_place_that_cannot_be_written_is_told(
    place: Site, server: Postgres, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    repository = FolderRepository(tmp_path / "file", account())
    with pytest.raises(RecoveryFailed, match="cannot make the folder"):
        base_backup.make(repository, place.binaries, address(server))


def test_backups_of_another_database_are_not_mixed_in(
    place: Site, server: Postgres, copy: FolderRepository
) -> None:
    (copy.folder / "system").write_text("7300000000000000000")
    with pytest.raises(RecoveryFailed, match="of another database"):
        base_backup.make(copy, place.binaries, address(server))
    with pytest.raises(RecoveryFailed, match="of another database"):
        Receiver(copy, place.binaries, address(server)).start()


def test_rotation_keeps_the_newest_and_the_wal_since(
    place: Site, server: Postgres, copy: FolderRepository
) -> None:
    (oldest,) = copy.backups()
    newest = base_backup.make(copy, place.binaries, address(server))
    assert rotate(copy, Policy(keep=1)) == [oldest.label]
    assert copy.backups() == [newest]
    assert list(copy.wal.glob("*.gz")) == []  # all of before it
    assert rotate(copy, Policy(keep=1, most=1)) == []
    assert copy.backups() == [newest]


def test_nothing_is_removed_while_the_newest_is_damaged(
    place: Site, server: Postgres, copy: FolderRepository
) -> None:
    newest = base_backup.make(copy, place.binaries, address(server))
    packed = copy.base / newest.label / "base.tar.gz"
    packed.write_bytes(packed.read_bytes()[:-1000])
    with pytest.raises(RecoveryFailed, match=f"{newest.label} is damaged"):
        rotate(copy, Policy(keep=1))
    assert len(copy.backups()) == 2


@pytest.fixture
def home(
    server: Postgres,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> Path:
    """What `make up` has made, with our server for its database."""
    settings.BACKUP_DIR = ""
    monkeypatch.setenv("IRONCLAD_HOME", str(tmp_path))
    monkeypatch.setattr(command, "backup_address", lambda *_: address(server))
    monkeypatch.setattr(command, "find", lambda: server.binaries)
    (tmp_path / "secrets.json").write_text('{"BACKUP_PASSWORD": "x"}')
    return tmp_path


@pytest.mark.django_db
def test_the_command_makes_one_and_records_it(home: Path) -> None:
    said = StringIO()
    call_command("backup", stdout=said)
    assert said.getvalue().startswith("✓ backup 2")
    row = BackupRun.objects.get()
    assert (row.kind, row.state) == ("full", "good")
    assert row.by.endswith(" (command line)")
    state = RepositoryState.objects.get()
    assert state.repository == f"folder {home / 'backups'}"
    assert state.oldest_at == row.ended_at
    call_command("backup", "--list", stdout=said)
    assert f"{row.label}  " in said.getvalue()


@pytest.mark.django_db
def test_the_command_records_a_failure_and_tells_it(home: Path) -> None:
    repository = FolderRepository(home / "backups", account())
    repository.prepare()
    with (
        alone(repository.lock, "a rotation"),
        pytest.raises(CommandError, match="in use by a rotation"),
    ):
        call_command("backup", "--automatic")
    row = BackupRun.objects.get()
    assert (row.state, row.by) == ("failed", "ironclad")
    assert "in use by a rotation" in row.reason


def test_the_command_says_where_there_is_no_database(
    home: Path, settings: Settings
) -> None:
    (home / "secrets.json").unlink()
    with pytest.raises(CommandError, match="there is no built-in database in"):
        call_command("backup")
