"""Backups and recovery as the leader judges them, and as a replica exports them."""

from __future__ import annotations

import math
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from prometheus_client import REGISTRY

from sre_console.live.evaluator import Evaluator
from sre_console.live.recovery_gauges import recovery_gauges_set
from sre_console.models import AlertState, BackupRun, Incident, Replica
from sre_console.recovery import watching
from sre_console.recovery.replication import ReplicaLag
from sre_console.recovery.standing import RecoveryStanding
from sre_console.slo import lookup
from tests.clock import FakeClock
from tests.integration.slo.conftest import EPOCH, Feed
from tests.integration.slo.conftest import feed as feed  # noqa: PLC0414

pytestmark = pytest.mark.django_db
NOW = lookup.moment(EPOCH + 10)


@pytest.fixture
def clock(feed: Feed) -> FakeClock:
    """A replica runs for a quarter of an hour, in an installation of this moment."""
    feed(range(EPOCH, EPOCH + 10))
    came(0)
    started = NOW - timedelta(minutes=15)
    Replica.objects.create(id=uuid4(), started_at=started, seen_at=NOW)
    return FakeClock(EPOCH + 10.25)


def came(days: float) -> None:
    rows = MigrationRecorder.Migration.objects.filter(name="0023_recovery")
    assert rows.update(applied=NOW - timedelta(days=days)) == 1


def fires(clock: FakeClock) -> set[str]:
    assert Evaluator(uuid4(), clock, scale=60).beat() is not None
    rows = AlertState.objects.filter(state="firing")
    return set(rows.values_list("name", flat=True))


def test_a_fresh_installation_is_quiet(clock: FakeClock) -> None:
    assert fires(clock) == set()


def test_nothing_for_a_quarter_is_told_and_an_incident_of_its_own(
    clock: FakeClock,
) -> None:
    came(92)
    late = {"BackupTooOld", "RecoveryNotValidated", "DisasterDrillOverdue"}
    assert fires(clock) == late
    incident = Incident.objects.get()
    assert (incident.service, incident.severity) == ("recovery", "ticket")
    assert list(incident.alerts.values_list("name", flat=True)) == ["BackupTooOld"]


def test_the_harm_began_when_the_limit_was_passed(clock: FakeClock) -> None:
    ended = NOW - timedelta(hours=27)
    BackupRun.objects.create(
        kind="full", repository="here", label="A", state="good",
        started_at=ended, ended_at=ended,
    )  # fmt: skip
    assert fires(clock) == {"BackupTooOld"}
    began = Incident.objects.get().began_at
    assert (NOW - began).total_seconds() == pytest.approx(3600, abs=2)


@pytest.mark.parametrize("wrong", ["SELECT nothing", "SELECT 1/0", "SELECT ''::int"])
def test_what_postgresql_will_not_tell_is_in_nobody_s_way(
    clock: FakeClock, wrong: str
) -> None:
    came(92)
    with patch.object(watching, "recovery_standing", lambda _now: ask(wrong)):
        assert fires(clock) == set()


def ask(query: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query)


def test_a_database_that_is_away_is_not_taken_for_a_refusal(clock: FakeClock) -> None:
    with (
        patch.object(watching, "recovery_standing", side_effect=OperationalError),
        pytest.raises(OperationalError),
    ):
        fires(clock)


def test_it_is_asked_once_in_some_seconds(clock: FakeClock) -> None:
    watch = watching.RecoveryWatch(clock, lock_timeout="200ms")
    first = watch.latest()
    assert first is not None
    clock.advance(watching.EVERY - 1)
    assert watch.latest() is first
    clock.advance(1)
    assert watch.latest() is not first


def value(name: str, **labels: str) -> float:
    found = REGISTRY.get_sample_value(name, labels)
    assert found is not None, name
    return found


def test_a_replica_exports_what_is_known_and_no_number_else(clock: FakeClock) -> None:
    replica = ReplicaLag("standby_1", connected=True, bytes=7, seconds=2)
    files = NOW - timedelta(hours=1)
    known = RecoveryStanding(
        at=NOW, came_at=NOW, backups={"diff": files}, used=90, free=10, missing_wal=3,
        recovery_seconds=70, lost_seconds=2, replicas=(replica,),
    )  # fmt: skip
    recovery_gauges_set(known)
    last = "backup_last_success_timestamp_seconds"
    assert value(last, kind="files") == files.timestamp()
    assert math.isnan(value(last, kind="dump"))
    assert value("backup_age_seconds", kind="files") == 3600
    assert value("backup_repository_free_ratio") == 0.1
    assert value("backup_wal_missing_segments") == 3
    assert value("recovery_time_seconds") == 70
    assert value("replication_lag_bytes", replica="standby_1") == 7
    recovery_gauges_set(None)
    assert math.isnan(value("recovery_time_seconds"))
    lag = "replication_lag_seconds"
    assert REGISTRY.get_sample_value(lag, {"replica": "standby_1"}) is None
