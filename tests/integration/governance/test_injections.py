"""Who injected what, when, why, approved by whom, with which effect: on one page."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sre_console.chaos.rows import database_now
from sre_console.governance.injections.keeping import LATE, effects_keep
from sre_console.governance.injections.listing import Line
from sre_console.governance.injections.selectors import injections_of
from sre_console.models import FaultPeriod, InjectionEffect, SliTimeline
from tests.integration.api.conftest import OPERATOR, Api, _settings, errors
from tests.integration.governance.stage import (
    ago,
    fault,
    firing,
    incident,
    measured,
    said,
    switch,
    tally,
)
from tests.integration.pages.conftest import operator, signed_in
from tests.integration.pages.runs import over, run
from tests.integration.slo.conftest import Feed, feed

__all__ = ["_settings", "feed", "operator"]

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]


def told(**query: Any) -> list[dict[str, Any]]:
    answer = Api(OPERATOR).get("/api/injections", query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


@pytest.fixture
def injected(feed: Feed) -> FaultPeriod:
    """A minute of 10 % errors, an hour ago, that paged."""
    begin = ago(minutes=20)
    measured(feed, begin, 60, bad=5)
    row = fault(4, begin, 60)
    tally(4, requests=3000, failed=300, errors=300)
    firing(begin + timedelta(seconds=20))
    incident(begin + timedelta(seconds=21), fault_version=4)
    said("ada", "fault_plan.set", "version 4")
    said("bob", "fault_plan.disabled", "version 5")
    return row


def test_one_row_answers_the_auditor(injected: FaultPeriod) -> None:
    (row,) = told()
    assert (row["who"], row["why"]) == ("ada", "to see it page")
    assert row["what"] == "10 % errors"
    assert (row["end"], row["endedBy"]) == ("stopped", "bob")
    assert (row["approval"], row["approvedBy"]) == ("not_needed", None)
    assert row["blastRadius"] == pytest.approx(0.1)
    effect = row["effect"]
    assert effect["requests"] == 3000
    assert effect["failed"] == 300
    assert effect["injected"] == {"errors": 300, "delays": 0, "dependencyErrors": 0}
    assert effect["alerts"] == ["HighErrorRate"]
    assert len(effect["incidents"]) == 1
    by_slo = {each["slo"]: each for each in effect["slos"]}
    assert by_slo["availability"]["badEvents"] == 300
    assert by_slo["availability"]["budgetSpentRatio"] > 0
    assert by_slo["availability"]["budgetSpentWithoutExercises"] == 0


def test_what_was_measured_outlives_what_it_was_measured_from(
    injected: FaultPeriod,
) -> None:
    before = told()[0]["effect"]
    assert effects_keep(database_now()) == 1
    assert effects_keep(database_now() + LATE) == 0  # it was final at once
    SliTimeline.objects.all().delete()
    assert told()[0]["effect"] == before
    assert [row["number"] for row in told(effect="felt")] == [4]
    assert told(effect="none") == []


def test_it_is_measured_again_once_late_samples_are_in() -> None:
    fault(1, ago(seconds=70), 60)
    now = database_now()
    assert effects_keep(now) == 1
    assert not InjectionEffect.objects.get().final
    assert effects_keep(now) == 0
    assert effects_keep(now + LATE) == 1
    assert InjectionEffect.objects.get().final


def test_game_days_and_switches_stand_beside_faults(injected: FaultPeriod) -> None:
    switch(9, ago(minutes=5), 60)
    day = over("eve", approved_by="dan", approved_at=database_now(), reason="drill it")
    rows = told()
    assert [row["kind"] for row in rows] == ["game_day", "patterns", "fault"]
    assert rows[0]["approvedBy"] == "dan"
    assert rows[0]["approval"] == "given"
    assert rows[0]["auditSubject"] == f"game day {day.pk}"
    assert rows[1]["what"] == "switched off: retries"
    assert rows[1]["end"] == "expired"


def test_a_fault_of_a_run_names_the_run_and_its_approval() -> None:
    day = over("eve", approved_by="dan", approved_at=database_now())
    assert day.started_at
    reason = f"game day {day.pk}: Two steps"
    fault(1, day.started_at + timedelta(seconds=1), 60, started_by="eve", reason=reason)
    fault(2, day.started_at + timedelta(seconds=70), 1, started_by="ada", reason=reason)
    named = {row["number"]: row for row in told(kind="fault")}
    assert (named[1]["gameDay"], named[1]["approvedBy"]) == (day.pk, "dan")
    assert named[2]["gameDay"] is None  # her words alone make it none


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"person": "ad"}, [2, 1]),
        ({"person": "bob"}, [3]),
        ({"kind": "patterns"}, [3]),
        ({"kind": "drill"}, []),
        ({"q": "PAGE"}, [2, 1]),
        ({"number": "2"}, [2]),
        ({"ordering": "began"}, [1, 2, 3]),
        ({"ordering": "-lasted"}, [2, 3, 1]),
        ({"limit": 1, "offset": 1}, [2]),
    ],
)
def test_filters_and_orders(query: dict[str, Any], numbers: list[int]) -> None:
    fault(1, ago(minutes=30), 10)
    fault(2, ago(minutes=20), 100)
    switch(3, ago(minutes=10), 60)
    assert [row["number"] for row in told(**query)] == numbers


def test_days_are_those_that_it_touches() -> None:
    row = fault(1, ago(days=3), 2 * 86_400)
    days = [f"{row.began_at + timedelta(days=n):%Y-%m-%d}" for n in range(-1, 4)]
    assert [bool(told(**{"from": day, "to": day})) for day in days] == [
        False, True, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "x"), ("effect", "x"), ("person", "\0"), ("q", "x" * 256), ("number", "0"),
        ("from", "2026-13-01"), ("ordering", "x"),
    ],
)  # fmt: skip
def test_it_refuses_what_it_does_not_know(name: str, value: str) -> None:
    answer = Api(OPERATOR).get("/api/injections", {name: value})
    assert errors(answer) == [("VALIDATION_ERROR", name)]


def test_a_drill_under_way_tells_nothing_of_its_fault() -> None:
    day = run("eve", drill=True, reason="hush")
    fault(1, ago(seconds=5), 600, ended_at=None, end="", concealed=True)
    (row,) = told()
    assert (row["kind"], row["number"], row["concealed"]) == ("drill", day.pk, True)
    assert (row["effect"], row["blastRadius"]) == (None, None)
    assert told(effect="felt") == told(effect="none") == []
    listed = Api(OPERATOR).get("/api/injections").json()["meta"]["pagination"]
    assert listed["total"] == 1  # nor is it counted
    assert injections_of([Line("fault", 1)]) == []  # whoever knows its number


def test_meanwhile_what_exercises_cost_is_not_told_apart(feed: Feed) -> None:
    begin = ago(seconds=60)
    measured(feed, begin, 30, bad=5)
    switch(3, begin, 120, ended_at=None, end="")
    (row,) = told()
    assert row["effect"]["slos"][0]["budgetSpentWithoutExercises"] == 0
    fault(1, begin, 600, ended_at=None, end="", concealed=True)
    (row,) = told()
    assert row["effect"]["slos"][0]["budgetSpentWithoutExercises"] is None
    assert effects_keep(database_now() + timedelta(seconds=300)) == 0


def test_the_page_and_its_exports(injected: FaultPeriod, operator: User) -> None:
    browser = signed_in(operator)
    page = browser.get("/console/injections").text
    for shown in (
        "10 % errors", "to see it page", "stopped, by bob", "not needed", "HighErrorRate",
        'id="fault-4"', 'href="/console/audit?subject=version+4"', "3,000",
    ):  # fmt: skip
        assert shown in page, shown
    head, *lines = csv.reader(
        browser.get("/console/injections?format=csv").text.splitlines()
    )
    assert len(lines) == 3  # one for each SLO
    one = dict(zip(head, lines[0], strict=True))
    assert (one["who"], one["errors injected"], one["slo"]) == ("ada", "300", "availability")  # fmt: skip
    (line,) = browser.get("/console/injections?format=jsonl").text.splitlines()
    assert json.loads(line) == told()[0]


def test_a_page_asks_the_same_few_questions_however_long_it_is(operator: User) -> None:
    browser = signed_in(operator)
    asked = []
    for count in (1, 40):
        for n in range(count):
            fault(100 * count + n, ago(minutes=600 - n), 10)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/console/injections").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] < 25
