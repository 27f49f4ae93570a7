"""What `make up` says of backups, and when it does not start without the database's files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ironclad.embedded import backups
from ironclad.embedded.failure import StartError
from ironclad.embedded.home import Home

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def kept(root: Path, label: str, *, whole: bool = True) -> Home:
    place = root / "backups/base" / label
    place.mkdir(parents=True)
    if whole:
        (place / "backup.json").touch()
    return Home(root)


def test_the_newest_whole_one_counts(tmp_path: Path) -> None:
    kept(tmp_path, "20260131T080000000Z")
    kept(tmp_path, "20260131T090000000Z")
    kept(tmp_path, ".draft-20260131T100000000Z")
    place = kept(tmp_path, "20260131T110000000Z", whole=False)
    assert backups.newest(place) == NOW - timedelta(hours=3)
    assert backups.newest(Home(tmp_path / "elsewhere")) is None


@pytest.mark.parametrize(
    ("age", "line"),
    [
        (timedelta(seconds=5), "✓ last backup a moment ago"),
        (timedelta(minutes=1), "✓ last backup 1 minute ago"),
        (timedelta(hours=3, minutes=59), "✓ last backup 3 hours ago"),
        (timedelta(days=7), "✓ last backup 7 days ago"),
        (timedelta(days=8), "! last backup 8 days ago; see make logs"),
    ],
)
def test_its_age_is_told(age: timedelta, line: str) -> None:
    assert backups.told(NOW - age, NOW) == line


def test_none_is_a_warning() -> None:
    assert backups.told(None, NOW).startswith("! no backup yet")


def test_lost_files_are_not_replaced_by_an_empty_database(tmp_path: Path) -> None:
    backups.refuse_an_empty_start(Home(tmp_path))  # a first start
    place = kept(tmp_path, "20260131T090000000Z")
    with pytest.raises(StartError, match="a backup of") as refused:
        backups.refuse_an_empty_start(place)
    assert "manage.py restore --latest" in refused.value.remedy


def test_they_are_switched_by_two_words(tmp_path: Path) -> None:
    assert backups.wanted({})
    assert not backups.wanted({"IRONCLAD_BACKUPS": "off"})
    with pytest.raises(StartError, match="'maybe'"):
        backups.wanted({"IRONCLAD_BACKUPS": "maybe"})
