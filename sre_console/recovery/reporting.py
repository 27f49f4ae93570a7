"""What a backup's pod has seen, as rows: the files that deploy/backup/repository/backup.sh writes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.pgbackrest_info import Info, archive_of, listed, repository_name
from ironclad.recovery.repository import Archive
from sre_console.audit.actor import Actor
from sre_console.models import BackupRun
from sre_console.recovery.recording import backup_record, repository_record

_LARGEST = 32 * 1024 * 1024  # bytes of a file
_DUMP = re.compile(r"ironclad-(\d{8}T\d{6}Z)\.dump", re.ASCII)
_DUMPS = "dumps"


def report_record(*, actor: Actor, place: Path, stanza: str) -> list[str]:
    """Of a folder, or of the file with `pgbackrest info` alone; what is wrong, nothing of a good one.

    Raises RecoveryFailed when that is no report.
    """
    folder = place if place.is_dir() else None
    info = Info(_read(folder / "info.json" if folder else place), stanza)
    complaints = []
    for repo in info.repositories:
        name = repository_name(stanza, repo)
        complaint = info.complaint(repo)
        used, free = _space(folder, repo)
        archive = None if complaint else _archive(info, folder, repo)
        repository_record(
            actor=actor, repository=name, used=used, free=free, complaint=complaint,
            backups=[] if complaint else info.backups(repo), archive=archive,
        )  # fmt: skip
        failed = _failure_record(actor, folder, repo, name)
        complaints += [f"{name}: {words}" for words in (complaint, failed) if words]
    return complaints


def _archive(info: Info, folder: Path | None, repo: int) -> Archive | None:
    file = folder / f"archive-{repo}.json" if folder else None
    if file is None or not file.exists():
        return info.archive(repo)
    here = f"{info.archive_id(repo)}/"
    files = {p: size for p, size in listed(_read(file)).items() if p.startswith(here)}
    newest = info.backups(repo)[-1:]
    return archive_of(files, newest[0].wal_start[:8] if newest else "")


def _space(folder: Path | None, repo: int) -> tuple[int | None, int | None]:
    """Bytes used and free; nothing of an object store, which doesn't say."""
    file = folder / f"space-{repo}.txt" if folder else None
    if file is None or not file.exists():
        return None, None
    words = _read(file).split()
    if len(words) != 2 or not all(word.isdigit() for word in words):  # noqa: PLR2004
        message = f"{file.name} does not hold two numbers"
        raise RecoveryFailed(
            message, "df --block-size=1 --output=used,avail writes them"
        )
    return int(words[0]), int(words[1])


def _failure_record(actor: Actor, folder: Path | None, repo: int, name: str) -> str:
    file = folder / f"failure-{repo}.txt" if folder else None
    if folder is None or file is None or not file.exists():
        return ""
    told = _printable(_read(file)) or "no reason was given"
    began = _read(folder / f"started-{repo}.txt").strip()
    if not began.isdigit() or len(began) > 12:  # noqa: PLR2004
        message = f"started-{repo}.txt does not hold a moment"
        raise RecoveryFailed(message, "date +%s writes it")
    started = datetime.fromtimestamp(int(began), UTC)
    backup_record(
        actor=actor, repository=name, label=f"failed at {started:%Y-%m-%d %H:%M:%S}",
        kind=_kind(folder), started_at=started,
        ended_at=datetime.fromtimestamp(file.stat().st_mtime, UTC), reason=told,
    )  # fmt: skip
    return told


def _kind(folder: Path) -> str:
    file = folder / "type.txt"
    kind = _read(file).strip() if file.exists() else ""
    return kind if kind in {"full", "diff", "incr"} else "full"


def dumps_record(*, actor: Actor, folder: Path, keep: int) -> tuple[list[Path], int]:
    """Those that are there get rows; but for the newest `keep` they are removed.

    Gives what is left, newest first, and how many were removed. Raises RecoveryFailed.
    """
    try:
        found = sorted(_dumps(folder), reverse=True)
        for _, file in found[keep:]:
            file.unlink()
    except OSError as error:
        message = f"{folder} cannot be kept in order: {error.strerror}"
        raise RecoveryFailed(message) from error
    repository = f"{_DUMPS} in {folder}"
    kept = [file for _, file in found[:keep]]
    for at, file in found[:keep]:
        stat = file.stat()
        backup_record(
            actor=actor, repository=repository, label=file.name, kind="dump",
            started_at=at, ended_at=datetime.fromtimestamp(stat.st_mtime, UTC),
            stored=stat.st_size,
        )  # fmt: skip
    rows = BackupRun.objects.filter(repository=repository[:200], gone_at=None)
    gone = rows.exclude(label__in=[file.name for file in kept])
    gone.update(gone_at=datetime.now(UTC))
    return kept, len(found) - len(kept)


def _dumps(folder: Path) -> Iterator[tuple[datetime, Path]]:
    """Whole ones alone: a draft has another name."""
    for entry in os.scandir(folder):
        if (named := _DUMP.fullmatch(entry.name)) and entry.is_file(
            follow_symlinks=False
        ):
            at = datetime.strptime(named[1], "%Y%m%dT%H%M%SZ")  # noqa: DTZ007 - Z
            yield at.replace(tzinfo=UTC), Path(entry.path)


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise RecoveryFailed(message, "the backup's own log says why") from error
    if len(content) > _LARGEST:
        message = f"{file} is longer than {_LARGEST} bytes"
        raise RecoveryFailed(message, "that is no report of a backup")
    return content.decode(errors="replace")


def _printable(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
