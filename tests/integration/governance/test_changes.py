"""The change calendar, and the deployments on it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from sre_console.chaos.rows import database_now
from sre_console.governance.deployments import deployment_seen
from sre_console.models import AuditEntry, Deployment, Silence
from tests.integration.api.conftest import OPERATOR, Api, _settings, errors, viewer
from tests.integration.governance.stage import (
    ago,
    fault,
    firing,
    incident,
    said,
    switch,
)
from tests.integration.pages.conftest import operator, signed_in
from tests.integration.pages.runs import over, run

__all__ = ["_settings", "firing", "operator", "viewer"]

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]


def listed(**query: Any) -> list[dict[str, Any]]:
    answer = Api(OPERATOR).get("/api/changes", {"limit": 100, **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


@pytest.fixture
def month() -> datetime:
    """Everything there is, on the tenth of a month, in the order of the hours."""
    at = datetime(2026, 3, 10, tzinfo=UTC)
    Deployment.objects.create(source="pipeline", version="1.2.0", at=at, by="ci")
    fault(1, at + timedelta(hours=1), 60)
    switch(2, at + timedelta(hours=2), 60)
    begins = at + timedelta(hours=3)
    over("eve", started_at=begins, ended_at=begins + timedelta(hours=1))
    incident(at + timedelta(hours=5), owner="dan")
    Silence.objects.create(
        starts_at=at + timedelta(hours=6), ends_at=at + timedelta(days=2),
        maintenance=True, created_by="bob", reason="disks",
    )  # fmt: skip
    return at


def test_every_kind_stands_on_it(month: datetime) -> None:
    kinds = ["deployment", "fault", "patterns", "game_day", "incident", "silence"]
    for view in ("day", "week", "month"):
        found = listed(view=view, day="2026-03-10")
        assert [each["kind"] for each in found] == kinds
    assert [each["who"] for each in found] == ["ci", "ada", "bob", "eve", "dan", "bob"]
    assert found[0]["lasts"] is False
    assert [each["kind"] for each in listed(view="day", day="2026-03-12")] == ["silence"]  # fmt: skip
    assert listed(view="day", day="2026-03-13") == []


def test_it_is_filtered(month: datetime) -> None:
    for query, kinds in (
        ({"kind": "fault"}, ["fault"]),
        ({"q": "DISKS"}, ["silence"]),
        ({"q": "two STEPS"}, ["game_day"]),
    ):
        found = listed(view="day", day="2026-03-10", **query)
        assert [each["kind"] for each in found] == kinds


def test_the_lever_is_read_from_the_audit_log() -> None:
    said("ada", "no_faults.pulled", "no faults")
    (one,) = listed(view="day")
    assert (one["kind"], one["title"], one["who"]) == ("no_faults", "no faults: pulled", "ada")  # fmt: skip


def test_a_drill_under_way_tells_nothing() -> None:
    run("eve", drill=True, reason="hush")
    fault(1, ago(seconds=2), 600, ended_at=None, end="", concealed=True)
    (one,) = listed(view="month")
    assert (one["kind"], one["note"]) == ("game_day", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [("view", "year"), ("day", "2026-02-30"), ("day", "today"), ("kind", "x"), ("q", "\0")],
)  # fmt: skip
def test_it_refuses_what_it_does_not_know(name: str, value: str) -> None:
    assert errors(Api(OPERATOR).get("/api/changes", {name: value})) == [
        ("VALIDATION_ERROR", name)
    ]


def test_the_page_and_its_files(month: datetime, operator: User) -> None:
    browser = signed_in(operator)
    page = browser.get("/console/changes?view=week&day=2026-03-10").text
    for shown in ("10 % errors", "1.2.0 deployed", "2026-03-15", "cal-fault", 'id="fault-1"'):  # fmt: skip
        assert shown in page, shown
    assert "Nothing changed" in browser.get("/console/changes?day=2026-05-01").text
    lines = browser.get("/console/changes?day=2026-03-10&format=csv").text.splitlines()
    assert len(lines) == 7
    file = browser.get("/console/changes?day=2026-03-10&format=ics")
    assert file["Content-Type"] == "text/calendar; charset=utf-8"
    same = Api(OPERATOR).get("/api/changes/calendar?day=2026-03-10")
    assert file.text.count("BEGIN:VEVENT") == same.text.count("BEGIN:VEVENT") == 6


def test_a_version_is_told_once_and_its_starts_are_counted(settings: Any) -> None:
    first = deployment_seen()
    assert deployment_seen() == first
    first.refresh_from_db()
    assert (first.version, first.starts) == (settings.APP_VERSION, 2)
    settings.APP_VERSION = "9.9.9"
    second = deployment_seen()
    assert second.version == "9.9.9"
    settings.CHAOS_FLOOR = 0.4321  # the same version, otherwise configured
    third = deployment_seen()
    assert third.pk > second.pk
    entry = AuditEntry.objects.order_by("-id")[0]
    assert entry.action == "deployment.seen"
    assert entry.detail["changed"] == {"CHAOS_FLOOR": "0.4321"}


@pytest.mark.django_db(transaction=True)
def test_of_replicas_that_start_at_once_one_tells_it() -> None:
    def start() -> None:
        try:
            deployment_seen()
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [row.starts for row in Deployment.objects.all()] == [6]


def test_a_pipeline_tells_of_its_own() -> None:
    asked = {"version": "1.3.0", "commit": "0c0ffee", "who": "Ann", "link": "https://ci.example.org/7"}  # fmt: skip
    answer = Api(OPERATOR).send("POST", "/api/deployments", asked)
    assert answer.status_code == 201
    row = answer.json()["data"]
    assert (row["by"], row["source"], row["starts"]) == ("Ann", "pipeline", None)
    assert Api(OPERATOR).get("/api/deployments").json()["data"] == [row]
    entry = AuditEntry.objects.get(action="deployment.recorded")
    assert (entry.actor, entry.subject) == ("operator", f"deployment {row['id']}")
    day = f"{database_now():%Y-%m-%d}"
    assert [each["title"] for each in listed(view="day", day=day)] == ["1.3.0 deployed"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "version"), ({"version": "no spaces"}, "version"),
        ({"version": "1", "commit": "xyz"}, "commit"),
        ({"version": "1", "link": "javascript:alert(1)"}, "link"),
        ({"version": "1", "note": "two\nlines"}, "note"),
        ({"version": "1", "by": "me"}, "by"),
    ],
)  # fmt: skip
def test_a_deployment_is_refused(asked: dict[str, str], field: str) -> None:
    answer = Api(OPERATOR).send("POST", "/api/deployments", asked)
    assert errors(answer) == [("VALIDATION_ERROR", field)]


def test_a_viewer_may_read_deployments_and_tell_of_none(viewer: Api) -> None:
    assert viewer.get("/api/deployments").status_code == 200
    refused = viewer.send("POST", "/api/deployments", {"version": "1"})
    assert errors(refused) == [("PERMISSION_DENIED", None)]
    assert not Deployment.objects.exists()
