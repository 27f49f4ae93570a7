"""When each disaster is to be drilled again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db.migrations.recorder import MigrationRecorder

from sre_console.models import DisasterDrill
from sre_console.recovery.drills.scenarios import SCENARIOS
from sre_console.recovery.drills.schedule import Due, drills_due, drills_overdue

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def came(at: datetime) -> None:
    rows = MigrationRecorder.Migration.objects.filter(
        app="sre_console", name="0023_recovery"
    )
    assert rows.update(applied=at) == 1


def over(scenario: str, ended: datetime, verdict: str | None = "passed") -> None:
    DisasterDrill.objects.create(
        scenario=scenario, document={}, verdict=verdict, started_by="ops",
        state="finished" if verdict else "abandoned",
        started_at=ended - timedelta(hours=1), ended_at=ended,
    )  # fmt: skip


def due(scenario: str) -> Due:
    return next(each for each in drills_due(NOW) if each.scenario == scenario)


def test_what_was_never_run_is_due_a_quarter_after_drills_came() -> None:
    came(NOW)
    assert [each.scenario for each in drills_due(NOW)] == list(SCENARIOS)
    assert due("volume-lost").due_at == NOW + timedelta(days=91)
    assert drills_overdue(NOW + timedelta(days=91)) == []
    assert len(drills_overdue(NOW + timedelta(days=91, seconds=1))) == len(SCENARIOS)


def test_it_is_due_a_quarter_after_it_was_last_passed() -> None:
    for days in (200, 10, 100):
        over("volume-lost", NOW - timedelta(days=days))
    assert due("volume-lost").passed_at == NOW - timedelta(days=10)
    assert due("volume-lost").due_at == NOW + timedelta(days=81)


def test_what_failed_or_was_abandoned_does_not_count() -> None:
    came(NOW - timedelta(days=100))
    over("region-lost", NOW - timedelta(days=1), "failed")
    over("region-lost", NOW - timedelta(days=1), None)
    assert due("region-lost").passed_at is None
    assert due("region-lost").overdue_seconds(NOW) == timedelta(days=9).total_seconds()


def test_the_one_that_waits_longest_comes_first() -> None:
    came(NOW)
    over("table-dropped", NOW - timedelta(days=100))
    over("bad-migration", NOW - timedelta(days=200))
    assert [each.scenario for each in drills_overdue(NOW)] == [
        "bad-migration", "table-dropped",
    ]  # fmt: skip
