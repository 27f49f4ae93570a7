"""Backups and restores as the API tells them. Moments are wall time, sizes bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ironclad.envelope import timestamp
from sre_console.models import BackupRun, RepositoryState, RestoreRun
from sre_console.recovery.targets import AIMED, PROMISED, RecoveryTargets

MOST_COUNTED = 200  # tables that are told of one restore


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    passed: bool
    told: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A table of the source beside what was restored; None: nobody counted."""

    table: str
    source_rows: int | None
    restored_rows: int | None
    source_newest: str
    restored_newest: str
    passed: bool | None  # as whoever compared them has judged; None: nobody did
    why: str

    @property
    def same(self) -> bool | None:
        """None: there is nothing to compare."""
        if self.passed is not None:
            return self.passed
        if self.source_rows is None or self.restored_rows is None:
            return None
        return self.source_rows == self.restored_rows


def checks_of(row: RestoreRun) -> list[Check]:
    return [
        Check(
            str(each.get("name", "")), bool(each.get("passed")), str(each.get("told", ""))
        )
        for each in row.checks
        if isinstance(each, Mapping)
    ]  # fmt: skip


def counts_of(row: RestoreRun) -> list[Counted]:
    """By table, of `{"source": {table: {"rows", "newest"}}, "restored": {…}}` or by table first."""
    pairs: dict[str, Mapping[str, Any]]
    counts: Mapping[str, Any] = row.counts if isinstance(row.counts, Mapping) else {}
    sides = counts.get("source"), counts.get("restored")
    if any(isinstance(side, Mapping) for side in sides):
        source, restored = (
            side if isinstance(side, Mapping) else {} for side in sides
        )  # fmt: skip
        tables = {**source, **restored}
        pairs = {
            table: {"source": source.get(table), "restored": restored.get(table)}
            for table in tables
        }
    else:
        pairs = {k: v for k, v in counts.items() if isinstance(v, Mapping)}
    return [
        _counted(table, pair) for table, pair in sorted(pairs.items())[:MOST_COUNTED]
    ]


def _counted(table: str, pair: Mapping[str, Any]) -> Counted:
    there, last = _side(pair.get("source"))
    here, newest = _side(pair.get("restored"))
    passed = pair.get("passed")
    judged = passed if isinstance(passed, bool) else None
    return Counted(
        str(table), there, here, last, newest, judged, str(pair.get("why") or "")
    )


def _side(told: object) -> tuple[int | None, str]:
    if isinstance(told, Mapping):
        rows = told.get("rows")
        newest = told.get("newest")
        return (rows if isinstance(rows, int) else None), str(newest or "")
    return (told if isinstance(told, int) else None), ""


def met(row: RestoreRun, targets: RecoveryTargets) -> bool | None:
    """Whether it kept to them; None: it was not measured, or did not come about."""
    if row.state != "good" or row.recovery_seconds is None or row.lost_seconds is None:
        return None
    return targets.met(row.recovery_seconds, row.lost_seconds)


def backup_json(row: BackupRun) -> dict[str, object]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "label": row.label,
        "repository": row.repository,
        "state": row.state,
        "reason": row.reason,
        "startedAt": timestamp(row.started_at),
        "endedAt": timestamp(row.ended_at),
        "seconds": (row.ended_at - row.started_at).total_seconds(),
        "sizeBytes": row.size,
        "storedBytes": row.stored,
        "walStart": row.wal_start or None,
        "walStop": row.wal_stop or None,
        "by": row.by,
        "goneAt": _at(row.gone_at),
        "auditSubject": f"backup {row.pk}",
    }


def restore_json(row: RestoreRun) -> dict[str, object]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "repository": row.repository,
        "label": row.label,
        "target": row.target,
        "state": row.state,
        "reason": row.reason,
        "startedAt": timestamp(row.started_at),
        "endedAt": timestamp(row.ended_at),
        "recoverySeconds": row.recovery_seconds,
        "reachedAt": _at(row.reached_at),
        "lostSeconds": row.lost_seconds,
        "sizeBytes": row.size,
        "walBytes": row.wal,
        "metPromise": met(row, PROMISED),
        "metAim": met(row, AIMED),
        "by": row.by,
        "auditSubject": f"restore {row.pk}",
    }


def restore_whole_json(row: RestoreRun) -> dict[str, object]:
    """With each check, and the counts by table."""
    return restore_json(row) | {
        "checks": [
            {"name": each.name, "passed": each.passed, "told": each.told}
            for each in checks_of(row)
        ],
        "counts": [
            {
                "table": each.table,
                "source": {"rows": each.source_rows, "newest": each.source_newest},
                "restored": {"rows": each.restored_rows, "newest": each.restored_newest},
                "same": each.same,
                "why": each.why,
            }
            for each in counts_of(row)
        ],
    }  # fmt: skip


def repository_json(row: RepositoryState) -> dict[str, object]:
    return {
        "repository": row.repository,
        "seenAt": timestamp(row.seen_at),
        "usedBytes": row.used,
        "freeBytes": row.free,
        "earliestAt": _at(row.oldest_at),
        "newestWal": row.newest_wal or None,
        "missingWal": row.missing_wal,
        "complaint": row.complaint,
    }


def targets_json(targets: RecoveryTargets) -> dict[str, float]:
    return {
        "recoverySeconds": targets.time.total_seconds(),
        "lostSeconds": targets.loss.total_seconds(),
    }


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else timestamp(moment)
