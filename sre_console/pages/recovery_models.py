"""What the tables of backups and restores are given: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from sre_console.gamedays.outcome.amounts import count, took
from sre_console.models import BackupRun, RepositoryState, RestoreRun
from sre_console.pages import recovery_words as words
from sre_console.pages.incident_models import Mark
from sre_console.pages.tables import Column, address
from sre_console.recovery.standing import SEEN_WITHIN
from sre_console.recovery.targets import AIMED, PROMISED
from sre_console.recovery.telling import checks_of, counts_of, met

BACKUP_HEAD = (
    "number", "kind", "label", "repository", "state", "reason", "started", "ended",
    "seconds", "bytes", "stored bytes", "first wal", "last wal", "by", "gone",
    "audit subject",
)  # fmt: skip
RESTORE_HEAD = (
    "number", "kind", "repository", "backup", "target", "state", "reason", "started",
    "ended", "recovery seconds", "reached", "lost seconds", "bytes", "wal bytes",
    "promise kept", "aim kept", "checks passed", "checks", "by", "audit subject",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BackupRow:
    number: int
    kind: str
    label: str
    repository: str
    state: Mark
    reason: str
    ended: datetime
    took: str
    size: str
    stored: str
    wal: str  # first and last segment; empty: none is told
    by: str
    gone: datetime | None
    audit: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    name: str
    mark: Mark
    told: str


@dataclass(frozen=True, slots=True)
class CountLine:
    table: str
    source: str
    restored: str
    source_newest: str
    restored_newest: str
    mark: Mark
    why: str


@dataclass(frozen=True, slots=True)
class RestoreRow:
    number: int
    kind: str
    label: str
    repository: str
    target: str
    state: Mark
    reason: str
    began: datetime
    ended: datetime
    recovery: str
    reached: datetime | None
    lost: str
    size: str
    wal: str
    promise: Mark
    aim: Mark
    checks: tuple[CheckLine, ...]
    passed: int
    by: str
    subject: str  # of its audit entry


@dataclass(frozen=True, slots=True)
class RepositoryRow:
    name: str
    mark: Mark
    complaint: str
    seen: datetime
    used: str
    free: str
    earliest: datetime | None
    newest: str  # segment of the log
    missing: str


def backup_columns() -> list[Column]:
    return [
        Column(_("Ended"), "ended", down=True),
        Column(_("Kind"), "kind"),
        Column(_("Label"), "label"),
        Column(_("State")),
        Column(_("Took"), "took", right=True, down=True),
        Column(_("Size"), "size", right=True, down=True),
        Column(_("Stored"), "stored", right=True, down=True),
        Column(_("Repository"), "repository"),
    ]


def restore_columns() -> list[Column]:
    return [
        Column(_("Ended"), "ended", down=True),
        Column(_("Kind"), "kind"),
        Column(_("To"), "target"),
        Column(_("State")),
        Column(_("Recovery time"), "recovery", right=True, down=True),
        Column(_("Lost"), "lost", right=True, down=True),
        Column(_("Promise")),
        Column(_("Size"), "size", right=True, down=True),
        Column(_("Checks"), right=True),
    ]


def backup_row(row: BackupRun) -> BackupRow:
    return BackupRow(
        number=row.pk,
        kind=words.backup_word(row.kind),
        label=row.label,
        repository=row.repository,
        state=words.backup_mark(row.state, gone=row.gone_at is not None),
        reason=row.reason,
        ended=row.ended_at,
        took=took((row.ended_at - row.started_at).total_seconds()),
        size=words.size(row.size),
        stored=words.size(row.stored),
        wal=f"{row.wal_start} \N{EN DASH} {row.wal_stop}" if row.wal_start else "",
        by=row.by,
        gone=row.gone_at,
        audit=address("/console/audit", {"subject": f"backup {row.pk}"}),
    )


def restore_row(row: RestoreRun) -> RestoreRow:
    checks = checks_of(row)
    return RestoreRow(
        number=row.pk,
        kind=words.restore_word(row.kind),
        label=row.label,
        repository=row.repository,
        target=row.target,
        state=words.state_mark(row.state),
        reason=row.reason,
        began=row.started_at,
        ended=row.ended_at,
        recovery=took(row.recovery_seconds),
        reached=row.reached_at,
        lost=took(row.lost_seconds),
        size=words.size(row.size),
        wal=words.size(row.wal),
        promise=words.met_mark(met=met(row, PROMISED)),
        aim=words.met_mark(met=met(row, AIMED)),
        checks=tuple(
            CheckLine(each.name, words.check_mark(passed=each.passed), each.told)
            for each in checks
        ),
        passed=sum(each.passed for each in checks),
        by=row.by,
        subject=f"restore {row.pk}",
    )


def count_lines(row: RestoreRun) -> list[CountLine]:
    return [
        CountLine(
            each.table, count(each.source_rows), count(each.restored_rows),
            each.source_newest, each.restored_newest, words.same_mark(same=each.same), each.why,
        )
        for each in counts_of(row)
    ]  # fmt: skip


def repository_row(row: RepositoryState, now: datetime) -> RepositoryRow:
    return RepositoryRow(
        name=row.repository,
        mark=words.repository_mark(row, old=now - row.seen_at > SEEN_WITHIN),
        complaint=row.complaint,
        seen=row.seen_at,
        used=words.size(row.used),
        free=words.size(row.free),
        earliest=row.oldest_at,
        newest=row.newest_wal,
        missing=count(row.missing_wal),
    )


def backup_cells(row: BackupRun) -> tuple[object, ...]:
    return (
        row.pk, row.kind, row.label, row.repository, row.state, row.reason,
        row.started_at.isoformat(), row.ended_at.isoformat(),
        (row.ended_at - row.started_at).total_seconds(), row.size, row.stored,
        row.wal_start, row.wal_stop, row.by, row.gone_at and row.gone_at.isoformat(),
        f"backup {row.pk}",
    )  # fmt: skip


def restore_cells(row: RestoreRun) -> tuple[object, ...]:
    checks = checks_of(row)
    return (
        row.pk, row.kind, row.repository, row.label, row.target, row.state, row.reason,
        row.started_at.isoformat(), row.ended_at.isoformat(), row.recovery_seconds,
        row.reached_at and row.reached_at.isoformat(), row.lost_seconds, row.size,
        row.wal, met(row, PROMISED), met(row, AIMED),
        sum(each.passed for each in checks), len(checks), row.by, f"restore {row.pk}",
    )  # fmt: skip
