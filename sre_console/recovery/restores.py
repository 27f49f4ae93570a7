"""A restored folder's own words, as what is written down of a restore: now, or later by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.state import FILE, State, read
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.models import RestoreRun
from sre_console.recovery.recording import Restored, restore_record


def restored(state: State) -> Restored:
    """Raises RecoveryFailed for one that tells no times."""
    try:
        started = datetime.fromisoformat(state.started_at)
        ended = datetime.fromisoformat(state.ended_at or state.started_at)
        reached = datetime.fromisoformat(state.reached_at) if state.reached_at else None
    except (TypeError, ValueError) as error:
        message = f"its times cannot be read: {error}"
        raise RecoveryFailed(message, "name the restore.json of a restore") from error
    good = state.stage in {"restored", "promoting", "promoted", "adopting", "adopted"}
    return Restored(
        kind="restore",
        repository=state.repository,
        target=state.target,
        started_at=started,
        ended_at=ended,
        label=state.label,
        reason="" if good else (state.reason or "it was cut off"),
        recovery_seconds=state.recovery_seconds if state.position else None,
        reached_at=reached,
        size=state.size,
        wal=state.wal,
        checks=state.checks,
    )


def of_folder(folder: Path) -> Restored:
    """Raises RecoveryFailed when no restore has made it."""
    return restored(read(folder.parent if folder.name == FILE else folder))


def taken_in(folder: Path, actor: Actor) -> RestoreRun:
    """Writes a restore down that was run without the database. Told twice it is one row.

    Raises RecoveryFailed.
    """
    what = of_folder(folder)
    known = RestoreRun.objects.filter(
        kind="restore", started_at=what.started_at, repository=what.repository[:200]
    ).first()
    return known or restore_record(actor=actor, restored=what)


def aside_record(actor: Actor, *, what: dict[str, object]) -> None:
    """Rows of an earlier moment now lie beside the live ones."""
    with audited():
        record(
            actor=actor,
            action="recovery.aside",
            subject=f"schema {what['schema']}",
            detail={name: str(value)[:1000] for name, value in what.items()},
        )
