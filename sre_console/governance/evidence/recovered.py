"""Queries over backups, restores and drills of disasters."""

from __future__ import annotations

from sre_console.governance.evidence.answer import Found, Period, Query
from sre_console.models import BackupRun, DisasterDrill, RestoreRun
from sre_console.recovery.targets import PROMISED
from sre_console.recovery.telling import met


def _backups(period: Period) -> Found:
    rows = BackupRun.objects.filter(
        ended_at__gte=period.begin, ended_at__lt=period.end
    )  # fmt: skip
    figures = (
        ("made", f"{rows.filter(state='good').count():,}"),
        ("failed", f"{rows.filter(state='failed').count():,}"),
        ("of these dumps", f"{rows.filter(kind='dump').count():,}"),
        ("still in the repository", f"{rows.filter(state='good', gone_at=None).count():,}"),
    )  # fmt: skip
    head = ("number", "kind", "repository", "label", "state", "reason", "ended", "bytes", "gone", "link")  # fmt: skip
    told = (
        (
            row.pk, row.kind, row.repository, row.label, row.state, row.reason,
            row.ended_at.isoformat(timespec="seconds"), row.size,
            row.gone_at and row.gone_at.isoformat(timespec="seconds"),
            f"/console/recovery/backups?number={row.pk}",
        )
        for row in rows.order_by("-ended_at", "-pk")[: period.most]
    )  # fmt: skip
    return Found(figures, head, told)


def _restores(period: Period) -> Found:
    rows = RestoreRun.objects.filter(
        ended_at__gte=period.begin, ended_at__lt=period.end
    )  # fmt: skip
    good = rows.filter(state="good")
    figures = (
        ("restores and validations", f"{rows.count():,}"),
        ("good validations", f"{good.filter(kind='validation').count():,}"),
        ("failed", f"{rows.filter(state='failed').count():,}"),
        ("within 4 h and 1 h", f"{good.filter(**_KEPT).count():,}"),
    )
    head = ("number", "kind", "target", "backup", "state", "reason", "ended", "recovery seconds", "lost seconds", "promise kept", "link")  # fmt: skip
    told = (
        (
            row.pk, row.kind, row.target, row.label, row.state, row.reason,
            row.ended_at.isoformat(timespec="seconds"), row.recovery_seconds,
            row.lost_seconds, met(row, PROMISED), f"/console/recovery/restores/{row.pk}",
        )
        for row in rows.order_by("-ended_at", "-pk")[: period.most]
    )  # fmt: skip
    return Found(figures, head, told)


_KEPT = {
    "recovery_seconds__lte": PROMISED.time.total_seconds(),
    "lost_seconds__lte": PROMISED.loss.total_seconds(),
}


def _disasters(period: Period) -> Found:
    rows = DisasterDrill.objects.filter(
        started_at__gte=period.begin, started_at__lt=period.end
    )  # fmt: skip
    figures = (
        ("drills", f"{rows.count():,}"),
        ("passed", f"{rows.filter(verdict='passed').count():,}"),
        ("failed", f"{rows.filter(verdict='failed').count():,}"),
        ("with written lessons", f"{rows.exclude(lessons='').count():,}"),
    )
    head = ("number", "scenario", "started by", "started", "state", "verdict", "reason", "recovery seconds", "lost seconds", "link")  # fmt: skip
    told = (
        (
            row.pk, row.scenario, row.started_by,
            row.started_at.isoformat(timespec="seconds"), row.state, row.verdict or "",
            row.reason, row.recovery_seconds, row.lost_seconds,
            f"/console/recovery/drills/{row.pk}",
        )
        for row in rows.order_by("-started_at", "-pk")[: period.most]
    )  # fmt: skip
    return Found(figures, head, told)


RECOVERED: tuple[Query, ...] = (
    Query("backups", "Backups", "Each backup of the database, and each try that failed.", _backups),
    Query("restores", "Restores", "Each restore and validation, with the recovery time and the data loss that were achieved.", _restores),
    Query("disaster_drills", "Disaster drills", "Drills of disasters with their verdicts, and what was achieved.", _disasters),
)  # fmt: skip
