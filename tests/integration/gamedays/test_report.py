"""The report of a run: in plain words, and in each format safe whatever people have written."""

from __future__ import annotations

import csv
import io
import json
import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils.translation import override

from ironclad.errors import Conflict, FieldsInvalid, NotFound
from sre_console.gamedays.outcome.aftermath import aftermath_keep
from sre_console.gamedays.report.data import SCHEMA
from sre_console.gamedays.report.exporting import FORMATS, report_of
from sre_console.gamedays.report.report import report_get, report_read
from sre_console.models import AlertPeriod, GameDay, GameDayAction
from tests.integration.gamedays.conftest import SECONDS, Run, at, game_day
from tests.integration.pages.conftest import operator as operator  # noqa: PLC0414
from tests.integration.pages.conftest import signed_in
from tests.integration.pages.conftest import viewer as viewer  # noqa: PLC0414

pytestmark = pytest.mark.django_db
EVIL = '</style><script>alert(1)</script> [x](javascript:y) | =cmd("z") <img src=q>'


@pytest.fixture
def kept(run: Run) -> Run:
    aftermath_keep(run.row, at(SECONDS + 15))
    return run


@pytest.fixture
def hostile(kept: Run) -> Run:
    """Wherever people may write, somebody has."""
    steady = [each for each in kept.row.checks if each["step"] == 0]
    steady[0]["got"] = EVIL
    kept.change(title=EVIL, reason=EVIL, lessons=EVIL, lessons_by=EVIL, started_by=EVIL)
    kept.event(5, "note", step=0, text=EVIL, actor=EVIL)
    kept.event(6, "action", detail={"title": {"en": EVIL}, "got": EVIL})
    GameDayAction.objects.create(
        game_day=kept.row, text=EVIL, owner=EVIL, created_by="o"
    )
    return kept


def made(run: Run, format_: str) -> str:
    return report_of(run.row, format_)[2].decode()


def summary(run: Run) -> str:
    return " ".join(report_read(run.row).summary)


def test_one_paragraph_says_what_was_done_and_what_it_cost(kept: Run) -> None:
    kept.row.checks[3]["state"] = "passed"
    kept.change(verdict="passed")
    assert summary(kept) == (
        "On 2025-11-24 at 16:00 UTC ada ran the game day \u201cProgressive errors\u201d: for "
        "3 min the service was disturbed on purpose (1 % errors, then 3 % errors). Expected "
        "was: \u201cThe page catches 3 % and leaves 1 % alone.\u201d That is what happened. "
        "2 of 2 checks passed. The monitoring noticed it 29.5 s after the fault began, the "
        "fault was ended after 2 min and the last urgent alert was quiet after 2 min 3 s. It opened "
        "one incident. 210 of 9,000 requests failed on purpose: 9.72 % of the allowance of "
        "2,160 failed requests that availability has for 30 days. Nothing else went wrong, "
        "so a real month would be charged nothing."
    )


def test_what_did_not_hold_is_named(kept: Run) -> None:
    kept.row.checks[2]["state"] = "failed"
    said = summary(kept)
    assert "1 of 2 checks passed, but not \u201cPage within 30 min\u201d." in said
    assert "After the end this did not hold: \u201cNothing burns\u201d." in said


def test_an_early_end_is_told_with_its_reason(kept: Run) -> None:
    kept.change(state="stopped", verdict=None, end_kind="operator")
    report = report_read(kept.row)
    assert "before its time, because a person stopped it." in " ".join(report.summary)
    assert report.verdict.word == "stopped, no verdict"


def test_one_that_was_never_measured_says_so(db: None) -> None:
    run = game_day(state="failed", end_kind="expired", started_at=None, checks=[])
    said = summary(run)
    assert "and it never began." in said
    assert "What it cost was not measured." in said


def test_forecast_and_outcome_stand_side_by_side(kept: Run) -> None:
    rows = {row.name: row for row in report_read(kept.row).compared}
    bad = rows["Bad requests, availability"]
    assert (bad.forecast, bad.measured, bad.difference) == ("210", "210", "none")
    fires = rows["ErrorBudgetBurn1h (availability) fires"]
    assert (fires.forecast, fires.measured, fires.difference) == (
        "29.3 s into step 2", "29.5 s into step 2", "+0.2 s",
    )  # fmt: skip


def test_the_slos_keep_their_order(kept: Run) -> None:
    row = GameDay.objects.get()  # as PostgreSQL gives its JSON back
    slos = [each.slo for each in report_read(row).budgets]
    assert slos == ["availability", "latency", "error-rate"]


def test_an_alert_that_only_one_side_knows_is_told(run: Run) -> None:
    AlertPeriod.objects.update(name="HighErrorRate", slo="")
    aftermath_keep(run.row, at(SECONDS))
    rows = {row.name: row for row in report_read(run.row).compared}
    assert rows["HighErrorRate fires"].forecast == "does not fire"
    assert rows["ErrorBudgetBurn1h (availability) fires"].measured == "does not fire"


def test_a_difference_is_explained_in_the_readers_language(kept: Run) -> None:
    told = {"kind": "traffic", "text": "x", "detail": {"rate": 47.0, "assumed": 50.0}}
    kept.change(outcome={**kept.row.outcome, "differences": [told]})
    assert report_read(kept.row).differences == (
        "There were 47 requests a second; the forecast assumed 50.",
    )


def test_every_line_of_the_record_is_in_it(kept: Run) -> None:
    report = report_read(kept.row)
    assert len(report.events) == kept.row.events.count()
    lines = {(each.after, each.title): each.text for each in report.events}
    assert lines["+1 min", "Check passed"] == "Nobody is paged: quiet"
    assert lines["+1 min", "Step begins"] == "3 % errors"
    assert lines["+1 min", "Faults on"] == "3 % errors"


def test_who_was_there_is_told_with_what_they_did(kept: Run) -> None:
    kept.change(approved_by="eve", lessons_by="vic")
    found = {each.name: each.value for each in report_read(kept.row).people}
    assert found == {
        "ada": "started it", "eve": "approved it", "vic": "watched, wrote the lessons",
    }  # fmt: skip


def test_a_record_that_cannot_be_read_any_more_still_has_a_report(kept: Run) -> None:
    kept.change(document={"apiVersion": "ironclad/v9"})
    report = report_read(kept.row)
    assert report.title == "Progressive errors"
    assert report.steps == ()
    assert made(kept, "json")


def test_the_file_needs_nothing_from_elsewhere(hostile: Run) -> None:
    page = made(hostile, "html")
    assert not re.search(r'(src|href)="(?!#|data:)', page)
    assert not re.search(r"url\((?!#)", page)
    assert "<script" not in page
    assert page.count("<svg") > 1


def test_its_policy_lets_in_its_own_styles_alone(hostile: Run) -> None:
    page = made(hostile, "html")
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def test_no_text_is_markup_in_markdown(hostile: Run) -> None:
    text = made(hostile, "markdown")
    assert "<script" not in text
    assert "<img" not in text
    assert "[x](" not in text
    # no bar that somebody wrote begins a cell
    cells = [
        line for line in text.splitlines() if "javascript" in line and line[0] == "|"
    ]
    assert cells
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 8 for line in cells)


def test_no_text_is_a_formula_in_a_spreadsheet(kept: Run) -> None:
    kept.event(5, "note", text="=1+1", actor="@ada")
    rows = list(csv.reader(io.StringIO(made(kept, "csv"))))
    assert ["'=1+1", "'@ada"] in [row[5:] for row in rows]
    assert rows[1][1] == "-10.0"  # a number stays one


def test_the_checks_are_a_table_of_their_own(kept: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(made(kept, "csv-checks"))))
    assert [(row["check"], row["result"]) for row in rows] == [
        ("Nothing burns", "passed"), ("Nobody is paged", "passed"),
        ("Page within 30 min", "passed"), ("Nothing burns", "failed"),
    ]  # fmt: skip


def test_json_says_its_schema_and_holds_the_record(kept: Run) -> None:
    with override("es"):
        told: Any = json.loads(made(kept, "json"))
    assert told["schema"] == SCHEMA
    assert told["outcome"] == kept.row.outcome
    assert told["forecast"] == kept.row.forecast
    assert [each["state"] for each in told["checks"]][-1] == "failed"
    assert told["summary"][0].startswith("On 2025-11-24")


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_is_named_after_its_game_day(kept: Run, format_: str) -> None:
    _kind, name, _content = report_of(kept.row, format_)
    assert name.startswith(f"game-day-{kept.row.pk}-progressive-errors")


def test_there_is_no_other_format(kept: Run) -> None:
    with pytest.raises(FieldsInvalid):
        report_of(kept.row, "pdf")


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_there_is_none_before_its_end(db: None, state: str) -> None:
    run = game_day(state=state, ended_at=None)
    with pytest.raises(Conflict):
        report_get(run.row.pk)


def test_there_is_none_of_nothing(db: None) -> None:
    with pytest.raises(NotFound):
        report_get(1)


def test_the_page_shows_it_to_a_viewer(hostile: Run, viewer: User) -> None:
    page = signed_in(viewer).get(f"/console/game-days/{hostile.row.pk}/report")
    assert page.status_code == 200
    assert "29.5 s into step 2" in page.text
    assert "<script>alert" not in page.text


def test_the_page_sends_files(kept: Run, operator: User) -> None:
    at_page = f"/console/game-days/{kept.row.pk}/report"
    sent = signed_in(operator).get(at_page, {"format": "html"})
    assert sent["Content-Disposition"].startswith("attachment;")
    assert signed_in(operator).get(at_page, {"format": "x"}).status_code == 400


def test_a_drill_that_goes_on_has_no_page(db: None, operator: User) -> None:
    run = game_day(state="running", ended_at=None, drill=True)
    page = signed_in(operator).get(f"/console/game-days/{run.row.pk}/report")
    assert page.status_code == 409
    assert GameDay.objects.get().outcome == {}
