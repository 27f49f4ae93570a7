"""What pgBackRest says is read as it is, and nonsense is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ironclad.recovery.pgbackrest_info import (
    Info,
    Unreadable,
    archive_of,
    listed,
    verified,
)

FULL = "20261129-014649F"
DIFF = "20261129-014649F_20261129-014652D"


def backup(label: str, kind: str, stop: int, repo: int = 1) -> dict[str, Any]:
    return {
        "label": label, "type": kind, "error": False,
        "archive": {"start": f"00000001{stop:016X}", "stop": f"00000001{stop:016X}"},
        "database": {"id": 1, "repo-key": repo},
        "info": {"size": 900, "delta": 300, "repository": {"size": 90, "delta": 30}},
        "timestamp": {"start": stop - 1, "stop": stop},
    }  # fmt: skip


def stanza(**more: Any) -> dict[str, Any]:
    return {
        "name": "ironclad",
        "archive": [{"database": {"id": 1, "repo-key": 1}, "id": "15-1",
                     "min": "0" * 23 + "1", "max": "0" * 23 + "9"}],
        "backup": [backup(DIFF, "diff", 200), backup(FULL, "full", 100)],
        "db": [{"id": 1, "repo-key": 1, "version": "15"}],
        "repo": [{"key": 1, "status": {"code": 0, "message": "ok"}}],
    } | more  # fmt: skip


def info(**more: Any) -> Info:
    return Info(json.dumps([stanza(**more)]), "ironclad")


def test_backups_come_oldest_first() -> None:
    full, diff = info().backups(1)
    assert (full.label, full.kind, full.size, full.stored) == (FULL, "full", 900, 30)
    assert (diff.label, diff.kind, diff.version) == (DIFF, "diff", 15)
    assert full.ended_at.timestamp() == 100
    assert full.wal_start == f"00000001{100:016X}"


def test_each_repository_has_its_own() -> None:
    assert info().backups(2) == []


def test_a_stanza_without_a_backup_is_no_complaint() -> None:
    status = {"code": 2, "message": "no valid backups"}
    assert info(repo=[{"key": 1, "status": status}]).complaint(1) == ""


@pytest.mark.parametrize(("code", "word"), [(1, "missing stanza"), (99, "what")])
def test_what_is_wrong_is_told(code: int, word: str) -> None:
    found = info(repo=[{"key": 1, "status": {"code": code, "message": "what"}}])
    assert word in found.complaint(1)


def test_a_backup_of_bad_pages_is_known() -> None:
    bad = backup(FULL, "full", 100) | {"error": True}
    assert info(backup=[bad]).damaged(1) == {FULL}


@pytest.mark.parametrize(
    "more",
    [
        {"backup": [backup("../../etc", "full", 100)]},
        {"backup": [backup(FULL, "other", 100)]},
        {"backup": [backup(FULL, "full", 100) | {"timestamp": {"start": 1}}]},
        {"backup": [backup(FULL, "full", 10**30)]},
        {"backup": [backup(FULL, "full", 100) | {"info": {"size": -1}}]},
        {
            "backup": [
                backup(FULL, "full", 100) | {"archive": {"start": "x", "stop": 1}}
            ]
        },
        {"db": []},
        {"backup": None},
    ],
)
def test_nonsense_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        info(**more).backups(1)


@pytest.mark.parametrize(
    "text", ["", "{", "{}", "[]", '[{"name": "other"}]', "[" * 9999]
)
def test_what_is_no_info_of_the_stanza_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        Info(text, "ironclad")


def segments(*numbers: int, timeline: int = 1) -> dict[str, int]:
    return {
        f"15-1/x/{timeline:08X}{n // 256:08X}{n % 256:08X}-{'a' * 40}.gz": 5
        for n in numbers
    }


def test_segments_that_are_not_there_are_named() -> None:
    files = segments(254, 255, 257, 258) | {"15-1/archive.info": 9}
    found = archive_of(files, "00000001")
    assert found is not None
    assert found.missing == ("000000010000000100000000",)
    assert (found.first[-2:], found.last[-2:], found.stored) == ("FE", "02", 20)


def test_another_timeline_begins_anew() -> None:
    files = segments(1, 2) | segments(3, 4, timeline=2)
    found = archive_of(files, "")
    assert found is not None
    assert (found.missing, found.last[:8]) == ((), "00000002")


def test_a_gap_without_end_is_told_up_to_a_bound() -> None:
    found = archive_of(segments(1, 1_000_000), "00000001")
    assert found is not None
    assert len(found.missing) == 1000


def test_an_archive_without_a_segment_is_none() -> None:
    assert archive_of({"15-1/archive.info": 9}, "00000001") is None


def test_a_list_tells_files_and_their_bytes() -> None:
    told = {"a": {"type": "path"}, "a/b": {"type": "file", "size": 7}}
    assert listed(json.dumps(told)) == {"a/b": 7}
    with pytest.raises(Unreadable):
        listed("[1]")


VERIFIED = f"""stanza: ironclad
status: error
  archiveId: 15-1, total WAL checked: 7, total valid WAL: 6
    missing: 0, checksum invalid: 1, size invalid: 0, other: 0
  backup: {FULL}, status: invalid, total files checked: 964, total valid files: 963
    missing: 1, checksum invalid: 0, size invalid: 0, other: 0
  backup: {DIFF}, status: valid, total files checked: 967, total valid files: 967
"""


def test_a_verification_tells_of_its_backup_and_of_the_wal() -> None:
    wal = "WAL 15-1: 1 checksum invalid"
    assert verified(VERIFIED, FULL) == [wal, f"backup {FULL}: 1 missing"]
    assert verified(VERIFIED, DIFF) == [wal]
    assert verified("stanza: ironclad\nstatus: ok\n", FULL) == []
