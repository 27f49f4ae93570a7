from __future__ import annotations

import os
import stat
from pathlib import Path

from ironclad.embedded.account import Account, make_readable, open_way

STRANGER = Account("stranger", uid=54321, gid=54321)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_closed_folder_may_be_passed_and_nothing_more(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert closed in open_way(closed / "data", STRANGER)
    assert mode(closed) == 0o701


def test_an_open_folder_stays_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o755)
    assert folder not in open_way(folder / "data", STRANGER)
    assert mode(folder) == 0o755


def test_the_owner_of_a_folder_needs_no_right_of_others(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir(mode=0o700)
    owner = Account("me", uid=os.getuid(), gid=os.getgid())
    assert folder not in open_way(folder / "data", owner)


def test_nothing_changes_when_postgresql_runs_as_ourselves(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o700)
    assert open_way(folder / "data", None) == []
    assert mode(folder) == 0o700


def test_an_installation_made_under_a_strict_umask_can_be_read(tmp_path: Path) -> None:
    program, text = tmp_path / "postgres", tmp_path / "share.sql"
    program.touch(mode=0o700)
    text.touch(mode=0o600)
    make_readable(tmp_path, STRANGER)
    assert (mode(program), mode(text)) == (0o705, 0o604)
