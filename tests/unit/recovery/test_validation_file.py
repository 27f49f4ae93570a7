from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ironclad.recovery.failure import RecoveryFailed
from sre_console.recovery.recording import Restored
from sre_console.recovery.validation_file import read, written

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
GOOD = Restored(
    kind="validation", repository="here", target="latest", label="A", started_at=AT,
    ended_at=AT + timedelta(minutes=1), recovery_seconds=4.5, reached_at=AT,
    lost_seconds=0.0, size=5, wal=6,
    checks=[{"name": "rows", "passed": True, "told": "all of them"}],
    counts={"users": {"source": {"rows": 1, "newest": AT.isoformat()},
                      "restored": {"rows": 1, "newest": None},
                      "how": "exact", "passed": True, "why": ""}},
)  # fmt: skip


def file(tmp_path: Path, **changed: Any) -> Path:
    document = json.loads(written(GOOD)) | changed
    path = tmp_path / "validation.json"
    path.write_text(json.dumps(document))
    return path


def test_what_was_written_is_read_as_it_was(tmp_path: Path) -> None:
    assert read(file(tmp_path)) == GOOD


def test_a_failed_check_makes_it_a_failed_one_whatever_it_says(tmp_path: Path) -> None:
    checks = [{"name": "rows", "passed": False, "told": "one is missing"}]
    assert read(file(tmp_path, checks=checks)).reason == "failed: rows"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("kind", "drill", '"kind" must be "validation"'),
        ("by", "somebody", "fields that a validation has not: 'by'"),
        ("target", "", "has no target"),
        ("repository", "x" * 201, "at most 200 characters"),
        ("reason", "with a NUL \0", "at most 1000 characters"),
        ("label", "half a pair \ud800", "at most 200 characters"),
        ("started_at", "2026-01-31 12:00:00", "no moment with a time zone"),
        ("started_at", 5, "no moment with a time zone"),
        ("ended_at", "2026-01-31T11:59:59+00:00", "ends before it starts"),
        ("reached_at", "2999-01-31T11:59:59+00:00", "lies ahead of now"),
        ("recovery_seconds", -1, "out of range"),
        ("recovery_seconds", True, "no number"),
        ("lost_seconds", float("nan"), "out of range"),
        ("size", 2**63, "out of range"),
        ("wal", 1.5, "no whole number"),
        ("checks", {}, "no list of at most 50"),
        ("checks", [{}] * 51, "no list of at most 50"),
        ("checks", [{"name": "a", "told": "b"}], "whether it passed"),
        ("counts", [], "no object of at most 500 tables"),
        ("counts", {"users": {"passed": "yes"}}, "whether it passed"),
        ("counts", {"users": {"passed": True, "source": 5}}, "a count that is no object"),
    ],
)  # fmt: skip
def test_it_refuses_what_no_validation_says(
    field: str, value: object, told: str, tmp_path: Path
) -> None:
    with pytest.raises(RecoveryFailed, match=told):
        read(file(tmp_path, **{field: value}))


def test_it_refuses_what_is_too_large_or_no_json_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "validation.json"
    path.write_text(" " * 1_000_001)
    with pytest.raises(RecoveryFailed, match="larger than 1000000 bytes"):
        read(path)
    for text in ("", "[" * 100_000, "\N{LATIN SMALL LETTER E WITH ACUTE}"):
        path.write_bytes(text.encode("latin-1"))
        with pytest.raises(RecoveryFailed, match="is no JSON"):
            read(path)
    with pytest.raises(RecoveryFailed, match="No such file"):
        read(tmp_path / "other.json")
