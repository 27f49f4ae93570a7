"""Backups and restores as tables: bounded, filtered, sorted, linked, and as CSV."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sre_console.models import BackupRun
from tests.integration.pages.conftest import signed_in
from tests.integration.recovery.stage import ago, backup, restore

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]


@pytest.fixture
def client(viewer: User) -> Client:
    return signed_in(viewer)


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def numbers(html: str, kind: str) -> list[int]:
    return [int(n) for n in re.findall(rf'<tr id="{kind}-(\d+)"', html)]


def test_nothing_yet_says_what_to_do(client: Client) -> None:
    assert "manage.py backup" in shown(client, "/console/recovery/backups")
    assert "manage.py validate_backup" in shown(client, "/console/recovery/restores")
    page = shown(client, "/console/recovery/backups?state=failed")
    assert "No backup matches" in page


def test_many_rows_come_in_pages(client: Client) -> None:
    begin = ago(days=2)
    rows = [backup(f"B{n}", at=begin + timedelta(minutes=n)).pk for n in range(60)]
    newest = rows[::-1]
    first = shown(client, "/console/recovery/backups")
    assert numbers(first, "backup") == newest[:50]
    assert "60 in all" in first
    assert "page=2" in first
    second = shown(client, "/console/recovery/backups?page=2")
    assert numbers(second, "backup") == newest[50:]
    assert len(numbers(shown(client, "/console/recovery"), "backup")) == 5


def test_filters_and_orders_go_by_the_address(client: Client) -> None:
    good = backup("20260131F", size=5)
    failed = backup("20260201F", at=ago(minutes=5), state="failed", reason="no space", size=None)  # fmt: skip
    gone = backup("20251201F", at=ago(days=60), gone_at=ago(days=30), size=9)
    at = "/console/recovery/backups"
    assert numbers(shown(client, f"{at}?state=failed"), "backup") == [failed.pk]
    assert numbers(shown(client, f"{at}?kept=no"), "backup") == [gone.pk]
    assert numbers(shown(client, f"{at}?kept=yes"), "backup") == [good.pk]
    assert numbers(shown(client, f"{at}?q=2026"), "backup") == [failed.pk, good.pk]
    assert numbers(shown(client, f"{at}?number={good.pk}"), "backup") == [good.pk]
    # without a size last, whichever way
    by_size = [gone.pk, good.pk, failed.pk]
    assert numbers(shown(client, f"{at}?sort=-size"), "backup") == by_size
    assert client.get(f"{at}?sort=colour").status_code == 400
    assert client.get(f"{at}?kind=colour").status_code == 400


def test_a_failed_one_tells_why_and_a_gone_one_that_it_is(client: Client) -> None:
    backup("A", state="failed", reason="no space left in the repository", size=None)
    backup("B", gone_at=ago(days=3))
    page = shown(client, "/console/recovery/backups")
    assert "no space left in the repository" in page
    assert "is-stale" in page
    assert "gone" in page


def test_both_come_as_csv_as_they_are_filtered(client: Client) -> None:
    backup("A")
    backup("=cmd", state="failed", reason="x")
    answer = client.get("/console/recovery/backups?format=csv&state=failed")
    head, *rows = csv.reader(answer.text.splitlines())
    assert [row[head.index("label")] for row in rows] == ["'=cmd"]
    restore(lost_seconds=None)
    answer = client.get("/console/recovery/restores?format=csv")
    head, row = csv.reader(answer.text.splitlines())
    assert row[head.index("recovery seconds")] == "8.4"
    assert row[head.index("lost seconds")] == ""  # unknown, and no 0
    assert row[head.index("checks passed")] == "2"


def test_a_restore_has_a_page_with_its_checks_and_rows(client: Client) -> None:
    row = restore(
        state="failed", reason="the newest row is missing", lost_seconds=None,
        checks=[{"name": "pg_amcheck", "passed": False, "told": "block 7 of users"}],
    )  # fmt: skip
    page = shown(client, f"/console/recovery/restores/{row.pk}")
    for said in ("the newest row is missing", "block 7 of users", "users", "45", "44", "differs"):  # fmt: skip
        assert said in page
    assert client.get("/console/recovery/restores/999999").status_code == 404


def test_rows_of_any_shape_are_shown(client: Client) -> None:
    counts = {"source": {"users": 7, "odd": None}, "restored": {"users": {"rows": 7}}}
    judged = {
        "users": {"source": {"rows": 9}, "passed": True, "why": "three came later"}
    }
    row = restore(counts=judged)
    assert "three came later" in shown(client, f"/console/recovery/restores/{row.pk}")
    row = restore(checks=["x", {"passed": 1}], counts=counts)
    page = shown(client, f"/console/recovery/restores/{row.pk}")
    assert "the same" in page
    assert "not compared" in page
    assert shown(client, f"/console/recovery/restores/{restore(counts={'a': 1}).pk}")


def test_the_audit_log_leads_to_what_its_entries_are_about(operator: User) -> None:
    from sre_console.audit.actor import SYSTEM
    from sre_console.recovery.recording import Restored, backup_record, restore_record

    made: dict[str, Any] = {
        "repository": "here",
        "started_at": ago(hours=1),
        "ended_at": ago(hours=1),
    }
    backup_record(actor=SYSTEM, label="A", kind="full", **made)
    restore_record(actor=SYSTEM, restored=Restored(kind="restore", target="latest", **made))  # fmt: skip
    person = signed_in(operator)
    page = shown(person, "/console/audit?kind=recovery")
    number = BackupRun.objects.get().pk
    link = f"/console/recovery/backups?number={number}"
    assert f'href="{link}"' in page
    assert numbers(shown(person, link), "backup") == [number]
    found = re.search(r'href="(/console/recovery/restores/\d+)"', page)
    assert found
    assert "audit?subject=restore%20" in shown(person, found[1])
