"""What `make up` has to know of the backups beside the database: whether, and how old.

They are made by `ironclad.recovery`, which is built on this package.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ironclad.embedded.failure import StartError
from ironclad.embedded.home import Home

_OLD = timedelta(days=7)  # then something keeps the daily one from being made
_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60))


def wanted(environment: Mapping[str, str]) -> bool:
    """IRONCLAD_BACKUPS. Raises StartError."""
    told = environment.get("IRONCLAD_BACKUPS", "").strip().lower()
    if told in {"", "1", "true", "yes", "on"}:
        return True
    if told in {"0", "false", "no", "off"}:
        return False
    raise StartError(f"IRONCLAD_BACKUPS is {told!r}", "say on or off, or leave it out")


def folder(place: Home) -> Path:
    return place.root / "backups"


def newest(place: Home) -> datetime | None:
    """When the newest whole base backup began; None when there is none."""
    found = (folder(place) / "base").glob("[0-9]*T[0-9]*Z/backup.json")
    labels = [path.parent.name for path in found]
    return _moment(max(labels)) if labels else None


def _moment(label: str) -> datetime | None:
    try:
        return datetime.strptime(label[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def ago(since: timedelta) -> str:
    """As people say it: "3 hours ago"."""
    seconds = int(since.total_seconds())
    for unit, length in _UNITS:
        if count := seconds // length:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "a moment ago"


def told(last: datetime | None, now: datetime) -> str:
    """The line for the terminal: ✓, or ! where somebody should look."""
    if last is None:
        return "! no backup yet; the first is made now"
    line = f"last backup {ago(now - last)}"
    return f"! {line}; see make logs" if now - last > _OLD else f"✓ {line}"


def refuse_an_empty_start(place: Home) -> None:
    """For a database whose files are gone. Raises StartError while it could be restored."""
    if (last := newest(place)) is None:
        return
    when = ago(datetime.now(UTC) - last)
    raise StartError(
        f"the database's files are gone from {place.data}; a backup of {when} is there",
        "restore it: .venv/bin/python manage.py restore --latest (docs/guide/restore.md), "
        f"or start anew: mv {folder(place)} somewhere else",
    )
