"""What is known of backups, restores and drills, as the application's role reads it."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from sre_console.chaos.rows import database_now
from sre_console.models import BackupRun, DisasterDrill, RepositoryState, RestoreRun
from sre_console.recovery.standing import DRILLED, recovery_standing

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def now() -> datetime:
    return database_now()


@pytest.fixture(autouse=True)
def as_application(settings: Settings) -> None:
    """The role is made here, and rolled back with the test."""
    role = f"app of {connection.settings_dict['NAME']}"
    settings.DATABASE_APP_ROLE = role
    call_command("database_roles", stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{role}"')


def came(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")  # it may not write that
    rows = MigrationRecorder.Migration.objects.filter(name="0023_recovery")
    assert rows.update(applied=at) == 1


def backup(at: datetime, kind: str = "full", **fields: object) -> BackupRun:
    given = {"repository": "here", "label": str(uuid4()), "state": "good"} | fields
    return BackupRun.objects.create(kind=kind, started_at=at, ended_at=at, **given)


def repository(name: str, seen: datetime, **fields: object) -> None:
    RepositoryState.objects.create(repository=name, seen_at=seen, **fields)


def test_a_fresh_installation_is_as_old_as_it_is_and_has_nothing(now: datetime) -> None:
    came(now - HOUR)
    found = recovery_standing(now)
    assert (found.backup_at, found.dump_age, found.validated_at) == (None, None, None)
    assert found.backup_age == found.validation_age == 3600
    assert (found.failures, found.missing_wal, found.complaints) == (0, 0, ())
    assert (found.free_share, found.drills_overdue) == (None, ())
    assert (found.archives, found.archive_failing) == (False, 0)


def test_the_newest_good_backup_that_is_there_counts_of_whichever_kind(
    now: datetime,
) -> None:
    backup(now - 100 * HOUR)
    backup(now - 5 * HOUR, "diff")
    backup(now - 4 * HOUR, "diff", gone_at=now)
    backup(now - 3 * HOUR, "incr", state="failed")
    backup(now - 2 * HOUR, "dump")
    found = recovery_standing(now)
    assert found.backup_at == now - 5 * HOUR
    assert (found.backup_age, found.dump_age) == (5 * 3600, 2 * 3600)
    assert set(found.backups) == {"full", "diff", "dump"}


def test_tries_that_failed_count_until_one_of_their_sort_is_good(now: datetime) -> None:
    for hours in (9, 8, 6, 5):
        backup(now - hours * HOUR, state="failed")
    backup(now - 7 * HOUR)
    backup(now - 4 * HOUR, "dump")
    assert recovery_standing(now).failures == 2
    backup(now - 3 * HOUR, "dump", state="failed")
    assert recovery_standing(now).failures == 3
    backup(now - 2 * HOUR, "incr")
    assert recovery_standing(now).failures == 1


def test_the_fullest_repository_of_those_that_were_looked_at_is_told(
    now: datetime,
) -> None:
    repository("old", now - 72 * HOUR, used=1, free=0, missing_wal=9, complaint="gone")
    repository("store", now, used=10, free=None, missing_wal=2)
    repository("roomy", now, used=10, free=90, complaint="no key")
    repository("tight", now, used=900, free=100)
    found = recovery_standing(now)
    assert (found.used, found.free, found.free_share) == (900, 100, 0.1)
    assert (found.missing_wal, found.complaints) == (2, ("no key",))


def restored(at: datetime, kind: str = "validation", **fields: object) -> None:
    given = {"state": "good", "repository": "here", "target": "latest"} | fields
    RestoreRun.objects.create(kind=kind, started_at=at, ended_at=at, **given)


def test_a_good_validation_counts_and_a_drill_tells_what_was_achieved(
    now: datetime,
) -> None:
    restored(now - 50 * HOUR, recovery_seconds=90, lost_seconds=3)
    restored(now - 40 * HOUR, state="failed")
    restored(now - 30 * HOUR, "drill", recovery_seconds=70, lost_seconds=2)
    restored(now - 20 * HOUR, "restore", recovery_seconds=10, lost_seconds=1)
    found = recovery_standing(now)
    assert found.validation_age == 50 * 3600
    assert (found.recovery_seconds, found.lost_seconds) == (70, 2)


def drill(scenario: str, ended: datetime, verdict: str = "passed") -> None:
    DisasterDrill.objects.create(
        scenario=scenario, document={}, state="finished", verdict=verdict,
        started_by="ops", started_at=ended, ended_at=ended,
    )  # fmt: skip


def test_a_drill_is_overdue_a_quarter_after_it_was_passed_or_could_have_been(
    now: datetime,
) -> None:
    quarter = timedelta(days=91)
    drill("volume-lost", now - 2 * quarter)
    drill("volume-lost", now - quarter + HOUR)
    drill("table-dropped", now - quarter - HOUR)
    drill("table-dropped", now - HOUR, "failed")
    came(now - HOUR)
    assert recovery_standing(now).drills_overdue == ("table-dropped",)
    came(now - quarter - HOUR)
    late = recovery_standing(now).drills_overdue
    assert late == tuple(each for each in DRILLED if each != "volume-lost")
