"""What the Recovery page doubts is what alerts speak of: the same limits, and their runbooks."""

from __future__ import annotations

import pytest

from sre_console.incidents.catalogue import catalogue
from sre_console.incidents.runbooks import runbooks
from sre_console.pages.recovery_findings import _RUNBOOKS
from sre_console.recovery import judging
from sre_console.recovery.targets import VALIDATION_OVERDUE

LIMITS = {
    "BackupTooOld": judging.BACKUP_OLD,
    "DumpTooOld": judging.BACKUP_OLD,
    "WalArchivingFailing": judging.ARCHIVE_LATE,
    "ReplicationLag": judging.REPLICA_LATE,
    "BackupRepositoryFull": judging.SPACE_LOW,
    "RecoveryNotValidated": VALIDATION_OVERDUE.total_seconds(),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_of_the_page_is_that_of_its_alert(name: str) -> None:
    (rule,) = (each for each in catalogue().rules if each.name == name)
    assert rule.condition.threshold == LIMITS[name]


def test_every_finding_has_a_runbook() -> None:
    assert set(_RUNBOOKS.values()) <= runbooks().keys()
    assert set(judging.CODES) - _RUNBOOKS.keys() == {"aim_missed"}
