"""Believable backups and restores as rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sre_console.chaos.rows import database_now
from sre_console.models import BackupRun, RepositoryState, RestoreRun

REPOSITORY = "pgBackRest ironclad, repo1"
MB = 10**6


def ago(**since: float) -> datetime:
    return database_now().replace(microsecond=0) - timedelta(**since)


def backup(label: str, *, at: datetime | None = None, **fields: Any) -> BackupRun:
    """A good full one of an hour ago that took 42 s, unless said otherwise."""
    ended = at or ago(hours=1)
    given: dict[str, Any] = {
        "kind": "full", "repository": REPOSITORY, "label": label, "state": "good",
        "started_at": ended - timedelta(seconds=42), "ended_at": ended, "size": 81 * MB,
        "stored": 12 * MB, "by": "system", "wal_start": "000000010000000000000002",
        "wal_stop": "000000010000000000000003",
    }  # fmt: skip
    return BackupRun.objects.create(**(given | fields))


def restore(*, at: datetime | None = None, **fields: Any) -> RestoreRun:
    """A good validation of a day ago that took 8.4 s and lost 3 s."""
    ended = at or ago(days=1)
    given: dict[str, Any] = {
        "kind": "validation", "repository": REPOSITORY, "label": "20260131-120000F",
        "target": "latest", "state": "good", "started_at": ended - timedelta(seconds=9),
        "ended_at": ended, "recovery_seconds": 8.4, "reached_at": ended, "lost_seconds": 3.0,
        "size": 81 * MB, "wal": 100 * MB, "by": "system",
        "checks": [
            {"name": "pg_amcheck", "passed": True, "told": "no corruption in 214 relations"},
            {"name": "rows", "passed": True, "told": "24 tables compared"},
        ],
        "counts": {"users": {"source": {"rows": 45, "newest": "2026-01-31 12:00:00+00"},
                             "restored": {"rows": 44, "newest": "2026-01-31 11:59:57+00"}}},
    }  # fmt: skip
    return RestoreRun.objects.create(**(given | fields))


def repository(**fields: Any) -> RepositoryState:
    given: dict[str, Any] = {
        "repository": REPOSITORY, "seen_at": ago(minutes=20), "used": 300 * MB,
        "free": 9000 * MB, "oldest_at": ago(days=14),
        "newest_wal": "00000001000000000000002A",
    }  # fmt: skip
    return RepositoryState.objects.create(**(given | fields))
