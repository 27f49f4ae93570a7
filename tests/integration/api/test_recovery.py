"""/api/recovery/backups and /api/recovery/restores."""

from __future__ import annotations

import pytest

from tests.integration.api.conftest import Api, errors
from tests.integration.recovery.stage import ago, backup, restore

pytestmark = pytest.mark.django_db


def test_backups_come_newest_first_in_pages(viewer: Api) -> None:
    old, new = backup("A", at=ago(days=1)), backup("B")
    body = viewer.get("/api/recovery/backups", {"limit": 1}).json()
    assert [each["id"] for each in body["data"]] == [new.pk]
    assert body["meta"]["pagination"]["total"] == 2
    told = body["data"][0]
    assert (told["kind"], told["seconds"], told["sizeBytes"]) == (
        "full",
        42,
        81_000_000,
    )
    assert told["auditSubject"] == f"backup {new.pk}"
    rest = viewer.get(body["meta"]["pagination"]["next"]).json()
    assert [each["id"] for each in rest["data"]] == [old.pk]


def test_what_was_not_measured_is_null(viewer: Api) -> None:
    restore(recovery_seconds=None, lost_seconds=None, size=None)
    told = viewer.get("/api/recovery/restores").json()["data"][0]
    for name in ("recoverySeconds", "lostSeconds", "sizeBytes", "metPromise", "metAim"):
        assert told[name] is None


def test_a_restore_is_told_with_its_checks_and_rows(viewer: Api) -> None:
    row = restore(recovery_seconds=3600.0, lost_seconds=61.0)
    told = viewer.get(f"/api/recovery/restores/{row.pk}").json()["data"]
    assert (told["metPromise"], told["metAim"]) == (True, False)
    assert [each["name"] for each in told["checks"]] == ["pg_amcheck", "rows"]
    assert told["counts"] == [
        {
            "table": "users",
            "source": {"rows": 45, "newest": "2026-01-31 12:00:00+00"},
            "restored": {"rows": 44, "newest": "2026-01-31 11:59:57+00"},
            "same": False,
            "why": "",
        }
    ]
    assert viewer.get("/api/recovery/restores/999999").status_code == 404


def test_a_bad_filter_is_refused_by_name(viewer: Api) -> None:
    query = {"kind": "x", "number": "0", "ordering": "colour", "q": "x" * 201}
    answer = viewer.get("/api/recovery/restores", query)
    assert answer.status_code == 400
    assert {field for _, field in errors(answer)} == set(query)


@pytest.mark.parametrize("path", ["backups", "restores", "restores/1"])
def test_strangers_are_told_nothing(public: Api, path: str) -> None:
    assert public.get(f"/api/recovery/{path}").status_code == 401
