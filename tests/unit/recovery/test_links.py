"""Where PostgreSQL has an account of its own, we may read and write more than it: no link of its leads us."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, cast

import pytest

from ironclad.embedded.account import account
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.folder import FolderRepository
from ironclad.recovery.receiver import Receiver
from sre_console.recovery.scratch import scratch_folder

SEGMENT = "000000010000000000000001"
NOBODYS = cast("Any", None)  # no program is run


@pytest.fixture
def repository(tmp_path: Path) -> FolderRepository:
    made = FolderRepository(tmp_path / "backups", account())
    made.prepare()
    return made


def test_it_writes_into_the_folder_of_what_comes_in_alone(
    repository: FolderRepository,
) -> None:
    owner = account()
    assert repository.incoming.stat().st_uid == (owner.uid if owner else os.geteuid())
    assert repository.wal.stat().st_uid == os.geteuid()
    repository.prepare()
    assert repository.wal.stat().st_mode & 0o066 == 0


def test_a_folder_of_before_is_taken_back(repository: FolderRepository) -> None:
    owner = account()
    if owner is not None:  # else it is ours in any case
        os.chown(repository.wal, owner.uid, owner.gid)
    repository.prepare()
    assert repository.wal.stat().st_uid == os.geteuid()
    repository.incoming.rmdir()
    repository.incoming.symlink_to(repository.base)
    with pytest.raises(RecoveryFailed, match="is a link"):
        repository.prepare()
    assert repository.base.stat().st_uid == os.geteuid()


def test_what_a_link_leads_to_is_not_packed(
    repository: FolderRepository, tmp_path: Path
) -> None:
    (tmp_path / "theirs").write_text("not for everybody")
    (repository.incoming / SEGMENT).symlink_to(tmp_path / "theirs")
    receiver = Receiver(repository, NOBODYS, "")
    with pytest.raises(RecoveryFailed, match="WAL cannot be kept"):
        receiver.pack()
    assert list(repository.wal.glob("*.gz")) == []
    (repository.incoming / SEGMENT).unlink()
    os.mkfifo(repository.incoming / SEGMENT)
    with pytest.raises(RecoveryFailed, match="it is no file"):
        receiver.pack()


def test_the_place_of_a_validation_is_looked_at_before_it_is_closed(
    tmp_path: Path,
) -> None:
    (tmp_path / "theirs").mkdir(mode=0o755)
    (tmp_path / "place").symlink_to(tmp_path / "theirs")
    with (
        pytest.raises(RecoveryFailed, match="belongs to somebody else"),
        scratch_folder(tmp_path / "place", size=1),
    ):
        pass
    assert (tmp_path / "theirs").stat().st_mode & 0o777 == 0o755
