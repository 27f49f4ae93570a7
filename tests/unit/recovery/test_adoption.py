"""A promoted folder takes the place of the built-in database's; nothing is removed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ironclad.embedded.home import Home
from ironclad.embedded.lock import Lock
from ironclad.recovery.adoption import adopt
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.state import Stage, State, read

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def folder(at: Path, stage: Stage = "promoted", version: int = 18) -> Path:
    (at / "data").mkdir(parents=True)
    (at / "data" / "what").write_text("restored")
    State(stage, "here", "one", version, "latest", "", "2", NOW.isoformat()).write(at)
    return at


@pytest.fixture
def place(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.data.mkdir(parents=True)
    (home.data / "what").write_text("lost")
    return home


def test_the_files_before_are_kept(place: Home, tmp_path: Path) -> None:
    restored = folder(tmp_path / "new")
    kept = adopt(restored, place, version=18, now=NOW)
    assert kept == place.root / "postgres.before-20260131T120000Z"
    assert (kept / "what").read_text() == "lost"
    assert (place.data / "what").read_text() == "restored"
    assert read(restored).stage == "adopted"
    with pytest.raises(RecoveryFailed, match="in service already"):
        adopt(restored, place, version=18, now=NOW)


def test_where_the_data_is_lost_there_is_nothing_to_keep(tmp_path: Path) -> None:
    place = Home(tmp_path / "home")
    assert adopt(folder(tmp_path / "new"), place, version=18, now=NOW) is None
    assert (place.data / "what").read_text() == "restored"


def test_one_that_was_cut_off_between_the_two_is_carried_on(
    place: Home, tmp_path: Path
) -> None:
    restored = folder(tmp_path / "new", "adopting")
    state = read(restored)
    state.kept_as = str(place.root / "kept")
    state.write(restored)
    place.data.rename(place.root / "kept")
    assert adopt(restored, place, version=18, now=NOW) == place.root / "kept"
    assert (place.data / "what").read_text() == "restored"


def test_a_database_begun_anew_meanwhile_is_not_overwritten(
    place: Home, tmp_path: Path
) -> None:
    restored = folder(tmp_path / "new", "adopting")
    with pytest.raises(RecoveryFailed, match="was made again meanwhile"):
        adopt(restored, place, version=18, now=NOW)
    assert (place.data / "what").read_text() == "lost"


@pytest.mark.parametrize("stage", ["unfinished", "refused", "short", "restored"])
def test_what_is_not_promoted_is_refused(
    stage: Stage, place: Home, tmp_path: Path
) -> None:
    with pytest.raises(RecoveryFailed, match="not promoted"):
        adopt(folder(tmp_path / "new", stage), place, version=18, now=NOW)
    assert (place.data / "what").read_text() == "lost"


def test_another_version_is_refused(place: Home, tmp_path: Path) -> None:
    with pytest.raises(RecoveryFailed, match="make up runs 18"):
        adopt(folder(tmp_path / "new", version=15), place, version=18, now=NOW)


def test_it_is_refused_while_make_up_runs(place: Home, tmp_path: Path) -> None:
    lock = Lock(place.lock)
    lock.take()
    try:
        with pytest.raises(RecoveryFailed, match="in use by another Ironclad"):
            adopt(folder(tmp_path / "new"), place, version=18, now=NOW)
    finally:
        lock.release()


def test_a_folder_of_something_else_is_refused(place: Home, tmp_path: Path) -> None:
    with pytest.raises(RecoveryFailed, match="is no restored cluster"):
        adopt(tmp_path, place, version=18, now=NOW)
