"""The metrics of recovery, as this replica last read how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from prometheus_client import Gauge

from ironclad.observability import metrics
from sre_console.incidents.recovery_signals import RECOVERY
from sre_console.recovery.standing import RecoveryStanding

_NAN = float("nan")
# What rules ask for, by the signal that the built-in evaluator judges.
_JUDGED: Mapping[str, Gauge] = {
    "archiveFailingSeconds": metrics.wal_archive_failing_seconds,
    "backupAgeSeconds": metrics.backup_age_seconds.labels("files"),
    "backupFailures": metrics.backup_failures,
    "repositoryFreeRatio": metrics.backup_repository_free_ratio,
    "repositoryComplaints": metrics.backup_repository_complaints,
    "missingWalSegments": metrics.backup_wal_missing_segments,
    "validationAgeSeconds": metrics.recovery_validation_age_seconds,
    "drillsOverdue": metrics.disaster_drills_overdue,
}
# One for each replica; and a dump is told of where none is awaited, too.
_OTHERWISE = {"replicaLagSeconds", "dumpAgeSeconds"}
assert set(_JUDGED) | _OTHERWISE == set(RECOVERY)  # noqa: S101 - a table that is whole

_UNKNOWN = RecoveryStanding(at=datetime.min.replace(tzinfo=UTC))
_shown: set[str] = set()  # replicas that have series


def recovery_gauges_set(standing: RecoveryStanding | None) -> None:
    """What is not known is not a number; a replica that is gone has no series."""
    for name, gauge in _JUDGED.items():
        _set(gauge, None if standing is None else RECOVERY[name].value(standing))
    standing = standing or _UNKNOWN
    _set(metrics.backup_age_seconds.labels("dump"), standing.dump_age)
    last = metrics.backup_last_success_timestamp_seconds
    for kind, at in (
        ("files", standing.backup_at),
        ("dump", standing.backups.get("dump")),
    ):
        _set(last.labels(kind), None if at is None else at.timestamp())
    _set(metrics.backup_repository_used_bytes, standing.used)
    _set(metrics.backup_repository_free_bytes, standing.free)
    _set(metrics.recovery_time_seconds, standing.recovery_seconds)
    _set(metrics.recovery_point_loss_seconds, standing.lost_seconds)
    _replicas(standing)


def _replicas(standing: RecoveryStanding) -> None:
    names = {each.name for each in standing.replicas}
    for gone in _shown - names:
        metrics.replication_lag_seconds.remove(gone)
        metrics.replication_lag_bytes.remove(gone)
    for each in standing.replicas:
        _set(metrics.replication_lag_seconds.labels(each.name), each.seconds)
        _set(metrics.replication_lag_bytes.labels(each.name), each.bytes)
    _shown.clear()
    _shown.update(names)


def _set(gauge: Gauge, value: float | None) -> None:
    gauge.set(_NAN if value is None else value)
