"""From where on backups and recovery are an alert, and that a fresh start is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sre_console.incidents.operations import Operations
from sre_console.incidents.readings import Reading, Readings
from sre_console.incidents.recovery_signals import RECOVERY, SETTLED
from sre_console.recovery.replication import ReplicaLag
from sre_console.recovery.standing import DRILLED, RecoveryStanding
from tests.unit.incidents.test_rules import rule, shipped

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)


def reading(
    name: str, standing: RecoveryStanding | None, *, running: float = SETTLED + 1
) -> Reading:
    around = Operations(running=running, recovery=standing)
    nothing: Any = None  # of requests and their windows
    return Readings(nothing, around, shipped(), scale=60).of(rule(name))


def standing(**fields: Any) -> RecoveryStanding:
    return RecoveryStanding(at=AT, **({"came_at": AT} | fields))


def lag(seconds: float) -> tuple[ReplicaLag, ...]:
    return (ReplicaLag("standby", connected=False, bytes=1, seconds=seconds),)


CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "WalArchivingFailing": ({"archive_failing": 300}, {"archive_failing": 301}),
    "WalArchivingStopped": ({"archive_failing": 1800}, {"archive_failing": 1801}),
    "BackupTooOld": (
        {"backups": {"full": AT - 30 * DAY, "diff": AT - 26 * HOUR}},
        {"backups": {"diff": AT - 26 * HOUR - SECOND, "dump": AT}},
    ),
    "DumpTooOld": (
        {"backups": {"dump": AT - 26 * HOUR}},
        {"backups": {"full": AT, "dump": AT - 27 * HOUR}},
    ),
    "BackupFailed": ({"failures": 0}, {"failures": 1}),
    "BackupRepositoryUnread": ({"complaints": ()}, {"complaints": ("no key",)}),
    "BackupRepositoryFull": ({"used": 85, "free": 15}, {"used": 86, "free": 14}),
    "BackupWalMissing": ({"missing_wal": 0}, {"missing_wal": 1}),
    "ReplicationLag": ({"replicas": lag(300)}, {"replicas": lag(301)}),
    "RecoveryNotValidated": (
        {"validated_at": AT - 35 * DAY, "came_at": AT - 99 * DAY},
        {"validated_at": AT - 35 * DAY - HOUR},
    ),
    "DisasterDrillOverdue": (
        {"drills_passed": dict.fromkeys(DRILLED, AT - 91 * DAY)},
        {"drills_passed": {DRILLED[0]: AT - 92 * DAY}},
    ),
}


def test_every_signal_has_a_rule_that_is_tried_here() -> None:
    used = {rule(name).condition.signal for name in CASES}  # type: ignore[union-attr]
    assert used == set(RECOVERY)
    ours = {each.name for each in shipped().rules if each.service == "recovery"}
    assert ours == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_it_fires_from_its_limit_on(name: str) -> None:
    within, beyond = CASES[name]
    assert not reading(name, standing(**within)).exceeded
    assert reading(name, standing(**beyond)).exceeded


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_be_told_and_a_fresh_installation_are_no_alert(name: str) -> None:
    assert not reading(name, None).exceeded
    assert not reading(name, standing()).exceeded
    assert not reading(name, RecoveryStanding(at=AT)).exceeded


@pytest.mark.parametrize(
    ("name", "grace"),
    [
        ("BackupTooOld", timedelta(hours=26)),
        ("RecoveryNotValidated", timedelta(days=35)),
        ("DisasterDrillOverdue", timedelta(days=91)),
    ],
)
def test_what_never_was_is_late_when_it_could_have_been(
    name: str, grace: timedelta
) -> None:
    assert not reading(name, standing(came_at=AT - grace)).exceeded
    assert reading(name, standing(came_at=AT - grace - HOUR)).exceeded


@pytest.mark.parametrize("name", [n for n, s in RECOVERY.items() if s.settles])
def test_a_laptop_that_was_just_opened_has_time_to_catch_up(name: str) -> None:
    (alert,) = {
        each for each in CASES
        if rule(each).condition.signal == name and each != "WalArchivingStopped"  # type: ignore[union-attr]
    }  # fmt: skip
    beyond = standing(**CASES[alert][1])
    assert not reading(alert, beyond, running=SETTLED).exceeded
    assert reading(alert, beyond, running=SETTLED).value is not None


def test_dumps_are_watched_where_they_are_made_every_day() -> None:
    old = {"dump": AT - 99 * HOUR}
    assert not reading("DumpTooOld", standing(backups=old, dumps_daily=False)).exceeded
    assert not reading("DumpTooOld", standing(came_at=AT - 99 * HOUR)).exceeded


def test_an_incident_begins_when_the_limit_was_passed_or_the_trouble_began() -> None:
    old = standing(backups={"full": AT - 27 * HOUR})
    assert reading("BackupTooOld", old).ago == 3600
    assert reading("WalArchivingFailing", standing(archive_failing=400)).ago == 400
    assert reading("BackupFailed", standing(failures=3)).ago == 0
