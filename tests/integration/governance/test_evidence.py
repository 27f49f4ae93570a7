"""The evidence mapping: criteria beside live queries over the records, as a page and as files."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from sre_console.chaos.rows import database_now
from sre_console.governance.evidence.answer import SAMPLES
from sre_console.governance.evidence.controls import CONTROLS
from sre_console.governance.evidence.files import MANIFEST
from sre_console.governance.evidence.report import QUERIES
from sre_console.models import (
    AuditEntry,
    Deployment,
    DisasterDrill,
    PostMortem,
)
from tests.integration.governance.stage import ago, fault, firing, incident, said, tally
from tests.integration.pages.conftest import operator, person, signed_in
from tests.integration.pages.runs import over, run
from tests.integration.recovery.stage import backup, restore

__all__ = ["operator"]

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]
ROOT = Path(__file__).resolve().parents[3]
# What nobody may read into it.
CLAIMS = re.compile(r"complian|certified", re.IGNORECASE)


@pytest.fixture
def approver(db: None) -> User:
    return person("paula", "approver")


@pytest.fixture
def records() -> None:
    now = database_now()
    fault(4, ago(hours=2), 60, reason="=cmd|' /C calc'!A1")
    fault(5, ago(hours=1), 60, reason="no reason given", started_by="<script>")
    tally(4, requests=300, errors=30)
    over("eve", approved_by="dan", approved_at=now, lessons="much")
    firing(ago(hours=2))
    row = incident(ago(hours=2))
    PostMortem.objects.create(incident=row, updated_by="ada", published_at=now)
    Deployment.objects.create(source="pipeline", version="1.2.0", at=now, by="ci")
    said("root", "role.changed", "ada")
    said("", "sign_in.refused", "ada")


def export(user: User, **asked: str) -> dict[str, str]:
    answer = signed_in(user).post("/console/evidence", asked)
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        files = {info.filename.partition("/")[2]: archive.read(info).decode() for info in archive.infolist()}  # fmt: skip
    assert hashlib.sha256(files[MANIFEST].encode()).hexdigest() == answer["X-Evidence-Digest"]  # fmt: skip
    return files


def figures(files: dict[str, str], name: str) -> dict[str, str]:
    return dict(json.loads(files["index.json"])["queries"][name]["figures"])


def test_every_criterion_speaks_of_queries_that_exist() -> None:
    named = {name for control in CONTROLS for name in control.queries}
    assert named == set(QUERIES)
    assert len({control.anchor for control in CONTROLS}) == len(CONTROLS) >= 33
    assert all(control.gap.strip() for control in CONTROLS)


def test_the_page_shows_figures_and_samples(records: None, approver: User) -> None:
    for n in range(SAMPLES + 2):
        said("ada", "role.changed", f"person {n}")
    page = signed_in(approver).get("/console/evidence").text
    for shown in (
        "Evidence mapping", "SOC 2 CC6.1", "ISO 27001 8.32", "ISO 27001 5.30",
        "outside this system: see the pipeline", "What this does not show",
        "/console/injections?kind=fault&amp;number=4", "&lt;script&gt;",
    ):  # fmt: skip
        assert shown in page, shown
    section = page.partition('id="query-role_changes"')[2].partition("</section>")[0]
    assert section.count("<tr>") == SAMPLES + 1


def test_the_export_has_every_record_and_a_digest_of_each_file(
    records: None, approver: User
) -> None:
    files = export(approver)
    lines = [line.split("  ") for line in files[MANIFEST].splitlines()]
    listed = {name: told for told, name in lines}
    assert set(listed) == set(files) - {MANIFEST}
    for name, told in listed.items():
        assert hashlib.sha256(files[name].encode()).hexdigest() == told, name
    assert figures(files, "faults") == {
        "faults": "2", "without a reason": "1", "ended by a person": "2", "expired": "0",
    }  # fmt: skip
    assert figures(files, "approvals")["approved"] == "1"
    assert figures(files, "sign_ins")["sign_in.refused"] == "1"
    assert figures(files, "post_mortems")["post-mortems published"] == "1"
    assert figures(files, "people")["approver"] == "1"
    assert figures(files, "audit_chain")["verified now"].startswith("as it was written")
    rows = list(csv.DictReader(files["queries/faults.csv"].splitlines()))
    assert [row["version"] for row in rows] == ["5", "4"]
    assert rows[1]["why"].startswith("'=")  # no spreadsheet runs it
    assert (rows[1]["injected"], rows[1]["alerts"]) == ("30", "HighErrorRate")
    assert "<script>" not in files["index.html"]


def test_backups_restores_and_drills_are_records_like_others(approver: User) -> None:
    made = backup("A")
    backup("B", state="failed", reason="no space", at=ago(minutes=5))
    restore()
    restore(recovery_seconds=5 * 3600.0)
    restore(state="failed", recovery_seconds=None, lost_seconds=None)
    now = database_now()
    DisasterDrill.objects.create(
        scenario="volume-lost", document={}, state="finished", verdict="passed",
        started_by="ada", started_at=now, ended_at=now, recovery_seconds=300,
    )  # fmt: skip
    files = export(approver)
    assert figures(files, "backups") == {
        "made": "1", "failed": "1", "of these dumps": "0", "still in the repository": "1",
    }  # fmt: skip
    assert figures(files, "restores") == {
        "restores and validations": "3", "good validations": "2", "failed": "1",
        "within 4 h and 1 h": "1",
    }  # fmt: skip
    assert figures(files, "disaster_drills")["passed"] == "1"
    rows = list(csv.DictReader(files["queries/backups.csv"].splitlines()))
    assert rows[1]["link"] == f"/console/recovery/backups?number={made.pk}"


def test_the_export_is_on_the_record(approver: User) -> None:
    day = f"{database_now():%Y-%m-%d}"
    files = export(approver, **{"from": day, "to": day})
    entry = AuditEntry.objects.get(action="evidence.exported")
    assert (entry.actor, entry.subject) == ("paula", f"{day} to {day}")
    assert entry.detail["digest"] == hashlib.sha256(files[MANIFEST].encode()).hexdigest()  # fmt: skip


def test_a_period_holds_its_days_and_no_others(approver: User) -> None:
    fault(1, ago(days=3), 60)
    day = f"{database_now() - timedelta(days=3):%Y-%m-%d}"
    before = f"{database_now() - timedelta(days=4):%Y-%m-%d}"
    assert figures(export(approver, **{"from": day, "to": day}), "faults")["faults"] == "1"  # fmt: skip
    assert figures(export(approver, **{"from": before, "to": before}), "faults")["faults"] == "0"  # fmt: skip


@pytest.mark.parametrize(
    "asked",
    [{"from": "x"}, {"to": "2026-02-30"}, {"from": "2026-02-02", "to": "2026-02-01"},
     {"from": "2020-01-01", "to": "2026-01-01"}],
)  # fmt: skip
def test_a_period_is_refused(approver: User, asked: dict[str, str]) -> None:
    browser = signed_in(approver)
    assert browser.get("/console/evidence", asked).status_code == 400
    assert browser.post("/console/evidence", asked).status_code == 400
    assert not AuditEntry.objects.filter(action="evidence.exported").exists()


def test_operators_and_viewers_may_not(operator: User) -> None:
    for user in (operator, person("vic", "viewer")):
        browser = signed_in(user)
        assert browser.get("/console/evidence").status_code == 403
        assert browser.post("/console/evidence").status_code == 403


def test_a_drill_under_way_is_told_nowhere(approver: User) -> None:
    run("eve", drill=True, reason="hush")
    fault(7, ago(seconds=5), 600, ended_at=None, end="", concealed=True, reason="hush", error_rate=0.0731)  # fmt: skip
    files = export(approver)
    files["page"] = signed_in(approver).get("/console/evidence").text
    told = {name for name, text in files.items() if re.search(r"hush|7\.31|0\.0731", text)}  # fmt: skip
    assert told == set()
    assert figures(files, "faults")["faults"] == "0"


def words() -> Iterator[Path]:
    yield from (ROOT / "templates/console").rglob("*.html")
    yield from (ROOT / "docs").rglob("*.md")
    yield from (ROOT / "sre_console/governance").rglob("*.py")
    yield ROOT / "README.md"
    yield ROOT / "CHANGELOG.md"


def test_nothing_claims_more_than_it_shows(records: None, approver: User) -> None:
    files = export(approver)
    files["page"] = signed_in(approver).get("/console/evidence").text
    files |= {str(path): path.read_text("utf-8") for path in words()}
    assert {name for name, text in files.items() if CLAIMS.search(text)} == set()


def test_the_command_writes_a_folder(
    records: None, tmp_path: Path, capsys: Any
) -> None:
    call_command("evidence", "--out", str(tmp_path / "e"))
    assert (tmp_path / "e" / MANIFEST).is_file()
    assert (tmp_path / "e/queries/faults.csv").is_file()
    digest = hashlib.sha256((tmp_path / "e" / MANIFEST).read_bytes()).hexdigest()
    assert digest in capsys.readouterr().out
    with pytest.raises(CommandError, match="not empty"):
        call_command("evidence", "--out", str(tmp_path / "e"))
    with pytest.raises(CommandError, match="day as in"):
        call_command("evidence", "--from", "x", "--out", str(tmp_path / "f"))
