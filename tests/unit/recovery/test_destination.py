"""A restore goes into a new folder and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ironclad.recovery.destination import claimed, refuse
from ironclad.recovery.failure import RecoveryFailed


def cluster(at: Path) -> Path:
    (at / "global").mkdir(parents=True)
    (at / "global" / "pg_control").touch()
    return at


def test_it_makes_a_private_folder(tmp_path: Path) -> None:
    with claimed(tmp_path / "new" / "er"):
        assert (tmp_path / "new" / "er").stat().st_mode & 0o777 == 0o700


def test_it_takes_an_empty_folder(tmp_path: Path) -> None:
    with claimed(tmp_path):
        pass


def test_it_refuses_a_folder_with_files_in_it(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(RecoveryFailed, match="with files in it"):
        refuse(tmp_path)


def test_it_refuses_a_file_and_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("file", "link"):
        with pytest.raises(RecoveryFailed, match="is no folder"):
            refuse(tmp_path / name)


def test_it_refuses_a_cluster_and_what_is_below_one(tmp_path: Path) -> None:
    data = cluster(tmp_path / "postgres")
    for into in (data, data / "new"):
        with pytest.raises(RecoveryFailed, match=r"the data folder .*, or inside it"):
            refuse(into)


def test_it_refuses_the_place_of_data_that_is_lost(tmp_path: Path) -> None:
    with pytest.raises(RecoveryFailed, match="nothing is restored in place"):
        refuse(tmp_path / "postgres" / "x", live=tmp_path / "postgres")


def test_a_second_restore_into_it_is_told_who_is_at_work(tmp_path: Path) -> None:
    into = tmp_path / "new"
    with claimed(into):
        with pytest.raises(RecoveryFailed, match="another restore"):
            refuse(into)
        with (
            pytest.raises(RecoveryFailed, match="another restore"),
            claimed(into),
        ):
            pass


def test_one_that_was_cut_off_is_not_restored_over(tmp_path: Path) -> None:
    with claimed(tmp_path / "new"):
        (tmp_path / "new" / "restore.json").touch()
    with pytest.raises(RecoveryFailed, match="with files in it"):
        refuse(tmp_path / "new")
