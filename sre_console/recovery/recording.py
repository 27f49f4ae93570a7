"""Writing down what was backed up, restored and seen of a repository; each with an audit entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db.models.functions import Now

from ironclad.recovery.repository import Archive, BaseBackup
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.models import BackupRun, RepositoryState, RestoreRun


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to; the fields of `RestoreRun`."""

    kind: Literal["restore", "validation", "drill"]
    repository: str
    target: str
    started_at: datetime
    ended_at: datetime
    label: str = ""
    reason: str = ""  # why it failed; nothing of a good one
    recovery_seconds: float | None = None
    reached_at: datetime | None = None
    lost_seconds: float | None = None
    size: int | None = None
    wal: int | None = None
    checks: Sequence[Mapping[str, Any]] = ()
    counts: Mapping[str, Any] = field(default_factory=dict)


def backup_record(  # noqa: PLR0913 - all of them by name
    *,
    actor: Actor,
    repository: str,
    label: str,
    kind: str,
    started_at: datetime,
    ended_at: datetime,
    reason: str = "",
    size: int | None = None,
    stored: int | None = None,
    wal_start: str = "",
    wal_stop: str = "",
) -> BackupRun:
    """A backup that was made or, with a reason, failed. Told twice it is one row."""
    with audited():
        row, new = BackupRun.objects.get_or_create(
            repository=repository[:200], label=label[:200],
            defaults={
                "kind": kind, "state": "failed" if reason else "good",
                "reason": reason[:1000], "started_at": started_at, "ended_at": ended_at,
                "size": size, "stored": stored, "wal_start": wal_start,
                "wal_stop": wal_stop, "by": actor.name[:150],
            },
        )  # fmt: skip
        if new:
            record(
                actor=actor,
                action="backup.failed" if reason else "backup.made",
                subject=f"backup {row.pk}",
                detail={"kind": kind, "label": label, "repository": repository,
                        "size": size, "stored": stored, "reason": reason[:1000]},
            )  # fmt: skip
    return row


def repository_record(  # noqa: PLR0913 - all of them by name
    *,
    actor: Actor,
    repository: str,
    backups: Iterable[BaseBackup],
    archive: Archive | None,
    used: int | None = None,
    free: int | None = None,
    complaint: str = "",
) -> None:
    """How a repository is now: its backups get rows, and those that are gone from it say so."""
    found = list(backups)
    for each in found:
        backup_record(
            actor=actor, repository=repository, label=each.label, kind=each.kind,
            started_at=each.started_at, ended_at=each.ended_at, size=each.size,
            stored=each.stored, wal_start=each.wal_start, wal_stop=each.wal_stop,
        )  # fmt: skip
    here = {each.label for each in found}
    if not complaint:  # else nobody knows what is there
        kept = BackupRun.objects.filter(
            repository=repository[:200], gone_at=None, state="good"
        ).exclude(kind="dump")
        kept.exclude(label__in=here).update(gone_at=Now())
    RepositoryState.objects.update_or_create(
        repository=repository[:200],
        defaults={
            "seen_at": Now(),
            "used": used,
            "free": free,
            "oldest_at": min((each.ended_at for each in found), default=None),
            "newest_wal": archive.last if archive else "",
            "missing_wal": len(archive.missing) if archive else 0,
            "complaint": complaint[:1000],
        },
    )


def restore_record(*, actor: Actor, restored: Restored) -> RestoreRun:
    """A restore that was run, good or not."""
    with audited():
        row = RestoreRun.objects.create(
            kind=restored.kind, repository=restored.repository[:200],
            label=restored.label[:200], target=restored.target[:80],
            state="failed" if restored.reason else "good",
            reason=restored.reason[:1000], started_at=restored.started_at,
            ended_at=restored.ended_at, recovery_seconds=restored.recovery_seconds,
            reached_at=restored.reached_at, lost_seconds=restored.lost_seconds,
            size=restored.size, wal=restored.wal, checks=list(restored.checks),
            counts=dict(restored.counts), by=actor.name[:150],
        )  # fmt: skip
        record(
            actor=actor,
            action=f"recovery.{'failed' if restored.reason else restored.kind}",
            subject=f"restore {row.pk}",
            detail={
                "kind": restored.kind, "target": restored.target,
                "label": restored.label, "repository": restored.repository,
                "recoverySeconds": restored.recovery_seconds,
                "lostSeconds": restored.lost_seconds, "size": restored.size,
                "reason": restored.reason[:1000],
            },
        )  # fmt: skip
    return row
