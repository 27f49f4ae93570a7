"""What alerts can be about of backups, archiving, replicas, validations and drills.

One table for the built-in evaluator, for Prometheus' rules and for the gauges that these ask.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sre_console.recovery.standing import RecoveryStanding

# Wall seconds that a replica must have run before anything is late: what makes backups, sends the
# log on or receives it starts with the service, or with a laptop that is opened again.
SETTLED = 600.0


@dataclass(frozen=True, slots=True)
class RecoverySignal:
    unit: Literal["seconds", "ratio", "events"]
    gauge: str  # PromQL
    value: Callable[[RecoveryStanding], float | None]
    # Whether it takes a while after a start until it says something.
    settles: bool = False
    # Whether the harm began with the first of the seconds; else when they were too many.
    lasts: bool = False

    def query(self, _window: str) -> str:
        """PromQL; it is measured over no window."""
        if not self.settles:
            return self.gauge
        up = f"max(ironclad_running_seconds) > {SETTLED:.0f}"
        return f"({self.gauge} and on () ({up}))"


RECOVERY: dict[str, RecoverySignal] = {
    "archiveFailingSeconds": RecoverySignal(
        "seconds", "max(wal_archive_failing_seconds)",
        lambda standing: standing.archive_failing, settles=True, lasts=True,
    ),
    "replicaLagSeconds": RecoverySignal(
        "seconds", "max(replication_lag_seconds)",
        lambda standing: standing.replica_lag, settles=True, lasts=True,
    ),
    "backupAgeSeconds": RecoverySignal(
        "seconds", 'max(backup_age_seconds{kind="files"})',
        lambda standing: standing.backup_age, settles=True,
    ),
    "dumpAgeSeconds": RecoverySignal(
        "seconds", 'max(backup_age_seconds{kind="dump"})',
        lambda standing: standing.dump_age if standing.dumps_daily else None,
        settles=True,
    ),
    "backupFailures": RecoverySignal(
        "events", "max(backup_failures)", lambda standing: standing.failures
    ),
    "repositoryFreeRatio": RecoverySignal(
        "ratio", "min(backup_repository_free_ratio)",
        lambda standing: standing.free_share,
    ),
    "repositoryComplaints": RecoverySignal(
        "events", "max(backup_repository_complaints)",
        lambda standing: len(standing.complaints),
    ),
    "missingWalSegments": RecoverySignal(
        "events", "max(backup_wal_missing_segments)",
        lambda standing: standing.missing_wal,
    ),
    "validationAgeSeconds": RecoverySignal(
        "seconds", "max(recovery_validation_age_seconds)",
        lambda standing: standing.validation_age,
    ),
    "drillsOverdue": RecoverySignal(
        "events", "max(disaster_drills_overdue)",
        lambda standing: len(standing.drills_overdue),
    ),
}  # fmt: skip
