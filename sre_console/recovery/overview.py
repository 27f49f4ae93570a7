"""Everything that the Recovery page and /api/recovery say at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import connection

from ironclad.envelope import timestamp
from sre_console.recovery.judging import (
    Answer,
    Facts,
    Finding,
    answer,
    findings,
)
from sre_console.recovery.replication import ReplicaLag
from sre_console.recovery.selectors import Known, recovery_known
from sre_console.recovery.standing import (
    DRILLED,
    RecoveryStanding,
    recovery_standing,
)
from sre_console.recovery.targets import AIMED, DRILL_EVERY, PROMISED
from sre_console.recovery.telling import (
    backup_json,
    repository_json,
    restore_json,
    targets_json,
)

Through = Literal["replica", "archive", "backup"]
Archiving = Literal["off", "working", "failing"]
_ARCHIVER = """
SELECT last_archived_time, nullif(last_archived_wal, ''), last_failed_time,
       nullif(last_failed_wal, '') FROM pg_stat_archiver
"""


@dataclass(frozen=True, slots=True)
class Archiver:
    """What PostgreSQL's archiver did last; nothing of one that never ran."""

    archived_at: datetime | None = None
    archived_wal: str | None = None
    failed_at: datetime | None = None
    failed_wal: str | None = None


@dataclass(frozen=True, slots=True)
class Exposure:
    """What would be lost at most if the volume were lost now, and what the rest came from."""

    seconds: float
    through: Through


@dataclass(frozen=True, slots=True)
class Overview:
    known: Known
    standing: RecoveryStanding
    archiver: Archiver

    @property
    def now(self) -> datetime:
        return self.known.now

    @property
    def archiving(self) -> Archiving:
        if not self.standing.archives:
            return "off"
        return "failing" if self.standing.archive_failing else "working"

    @property
    def earliest_at(self) -> datetime | None:
        """The first moment that can be restored; None: none, or nobody says."""
        told = [row.oldest_at for row in self.known.repositories if row.oldest_at]
        if told:
            return min(told)
        return None if self.known.backup is None else self.known.backup.ended_at

    @property
    def latest_at(self) -> datetime | None:
        """The last one; what is on a replica alone is restored by promoting it."""
        if self.known.backup is None:
            return None
        moments = [self.known.backup.ended_at]
        if self.standing.archives and self.archiver.archived_at is not None:
            moments.append(self.archiver.archived_at)
        return max(moments)

    @property
    def exposure(self) -> Exposure | None:
        """None: there is nothing that anything could be restored from."""
        found: list[Exposure] = [
            Exposure(each.seconds, "replica")
            for each in self.standing.replicas
            if each.connected and each.bytes is not None
        ]
        if self.known.backup is not None:
            archived = self.archiver.archived_at if self.standing.archives else None
            at, through = self.known.backup.ended_at, "backup"
            if archived is not None and archived > at:
                at, through = archived, "archive"
            seconds = max(0.0, (self.now - at).total_seconds())
            found.append(Exposure(seconds, through))  # type: ignore[arg-type]
        return min(found, key=lambda each: each.seconds, default=None)

    @property
    def facts(self) -> Facts:
        standing, known = self.standing, self.known
        validated, exposure = known.validated, self.exposure
        return Facts(
            backup_age=standing.backup_age if standing.backup_at else None,
            dump_age=standing.dump_age,
            failures=standing.failures,
            complaints=len(standing.complaints),
            missing_wal=standing.missing_wal,
            archive_failing=standing.archive_failing,
            exposed=exposure.seconds if exposure else None,
            free_share=standing.free_share,
            validated_age=standing.validation_age if standing.validated_at else None,
            validation_failed=known.validation is not None
            and known.validation.state != "good",
            recovery_seconds=validated.recovery_seconds if validated else None,
            lost_seconds=validated.lost_seconds if validated else None,
            replica_seconds=standing.replica_lag if standing.replicas else None,
            replica_lost=any(each.bytes is None for each in standing.replicas),
            drills_overdue=len(standing.drills_overdue),
        )

    @property
    def findings(self) -> list[Finding]:
        return findings(self.facts)

    @property
    def answer(self) -> Answer:
        return answer(self.findings)


def recovery_overview(now: datetime) -> Overview:
    """At `now` (database time). Raises what the database raises."""
    with connection.cursor() as cursor:
        cursor.execute(_ARCHIVER)
        archiver = Archiver(*(cursor.fetchone() or ()))
    return Overview(recovery_known(now), recovery_standing(now), archiver)


def recovery_json(view: Overview) -> dict[str, object]:
    known, standing = view.known, view.standing
    exposure = view.exposure
    return {
        "answer": view.answer,
        "findings": [
            {"code": each.code, "grave": each.grave} for each in view.findings
        ],
        "targets": {"promised": targets_json(PROMISED), "aimed": targets_json(AIMED)},
        "backup": None if known.backup is None else backup_json(known.backup),
        "backupAgeSeconds": view.facts.backup_age,
        "dump": None if known.dump is None else backup_json(known.dump),
        "archiving": {
            "state": view.archiving,
            "failingSeconds": standing.archive_failing if standing.archives else None,
            "archivedAt": _at(view.archiver.archived_at),
            "archivedWal": view.archiver.archived_wal,
            "failedAt": _at(view.archiver.failed_at),
            "failedWal": view.archiver.failed_wal,
        },
        "restorable": {"from": _at(view.earliest_at), "to": _at(view.latest_at)},
        "exposure": None
        if exposure is None
        else {"seconds": exposure.seconds, "through": exposure.through},
        "repositories": [repository_json(row) for row in known.repositories],
        "replicas": [_replica_json(each) for each in standing.replicas],
        "validation": None
        if known.validation is None
        else restore_json(known.validation),
        "validated": None if known.validated is None else restore_json(known.validated),
        "validationDue": _at(known.validation_due),
        "drills": _drills_json(standing),
    }


def _replica_json(each: ReplicaLag) -> dict[str, object]:
    return {
        "name": each.name,
        "connected": each.connected,
        "lagBytes": each.bytes,
        "lagSeconds": each.seconds,
    }


def _drills_json(standing: RecoveryStanding) -> list[dict[str, object]]:
    return [
        {
            "scenario": name,
            "passedAt": _at(standing.drills_passed.get(name)),
            "due": _at(_due(standing.drills_passed.get(name))),
            "overdue": name in standing.drills_overdue,
        }
        for name in DRILLED
    ]


def _due(passed: datetime | None) -> datetime | None:
    return None if passed is None else passed + DRILL_EVERY


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else timestamp(moment)
