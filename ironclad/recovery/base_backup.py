"""Makes a base backup in a folder: under its name it is whole and on the disk, or not there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from ironclad.embedded.binaries import Binaries
from ironclad.recovery import manifest
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.folder import (
    DESCRIPTION,
    DRAFT,
    MANIFEST,
    FolderRepository,
    described,
)
from ironclad.recovery.locking import alone
from ironclad.recovery.programs import gently, last_words, reaching
from ironclad.recovery.repository import BaseBackup

_GENTLE = "32M"  # bytes a second, so that the service on the same disk goes on


def make(
    repository: FolderRepository,
    binaries: Binaries,
    address: str,
    *,
    quiet: bool = False,
    fast: bool = True,
) -> BaseBackup:
    """Of the server at `address`, whose role may replicate. Raises RecoveryFailed.

    `quiet`: little claim to disk and processor. `fast`: a checkpoint at once and not over
    some minutes.
    """
    repository.prepare()
    with alone(repository.lock, "a backup"):
        _remove_drafts(repository)
        version, segment, system = _server(address)
        _refuse_another(repository, system)
        label = _label()
        with _draft(repository, label) as draft:
            began = datetime.now(UTC)
            _copy(binaries, address, draft, quiet=quiet, fast=fast)
            listed = manifest.read(draft / MANIFEST)
            first, last = listed.wal(segment)
            made = BaseBackup(
                label=label, kind="full", started_at=began, ended_at=datetime.now(UTC),
                size=listed.size, stored=sum(f.stat().st_size for f in draft.iterdir()),
                wal_start=first, wal_stop=last, version=version,
            )  # fmt: skip
            (draft / DESCRIPTION).write_text(described(made, segment), "utf-8")
            _publish(draft, repository.base / label)
        (repository.folder / "system").write_text(system, "utf-8")
        return made


def _server(address: str) -> tuple[int, int, str]:
    """Its major version, the bytes of a segment, and the cluster's own number."""
    question = (
        "SELECT system_identifier::text, (SELECT setting::int FROM pg_settings "
        "WHERE name = 'wal_segment_size') FROM pg_control_system()"
    )
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            row = connection.execute(question).fetchone()
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        message = f"the database does not answer: {str(error).strip()}"
        raise RecoveryFailed(message, "start it: make up") from error
    system, segment = row or ("", 0)
    return version, int(segment), str(system)


def _refuse_another(repository: FolderRepository, system: str) -> None:
    """WAL of two clusters has the same names: the one would overwrite the other's."""
    kept = repository.folder / "system"
    if kept.exists() and kept.read_text("utf-8").strip() != system:
        message = f"{repository.folder} has the backups of another database"
        raise RecoveryFailed(
            message, "move the folder away, and keep it while you need it"
        )


def _label() -> str:
    now = datetime.now(UTC)
    return f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03}Z"


def _remove_drafts(repository: FolderRepository) -> None:
    """What a killed backup has left. With the lock held nobody writes them."""
    for path in repository.base.glob(f"{DRAFT}*"):
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _draft(repository: FolderRepository, label: str) -> Iterator[Path]:
    draft = repository.base / f"{DRAFT}{label}"
    try:
        draft.mkdir(mode=0o700)
        yield draft
    except OSError as error:
        message = f"no backup: {error}"
        raise RecoveryFailed(message, "see to space and rights there") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _copy(
    binaries: Binaries, address: str, draft: Path, *, quiet: bool, fast: bool
) -> None:
    command = [
        binaries.program("pg_basebackup"), f"--pgdata={draft}", "--format=tar",
        # The least effort: most of what more would save costs seconds of a processor.
        "--compress=client-gzip:1", "--wal-method=stream", "--no-password",
        f"--checkpoint={'fast' if fast else 'spread'}",
        f"--manifest-checksums={manifest.ALGORITHM}",
        "--label=ironclad",
    ]  # fmt: skip
    if quiet:
        command = gently([*command, f"--max-rate={_GENTLE}"])
    program = subprocess.Popen(  # noqa: S603 - our own words
        command, env=reaching(address), stdin=subprocess.DEVNULL, cwd="/",
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        _, told = program.communicate()
    finally:
        if program.poll() is None:  # we are told to end
            program.terminate()
            program.wait(10)
    if program.returncode:
        message = f"no backup: {last_words(told)}"
        raise RecoveryFailed(
            message, "see to the database's log, and to space on the disk"
        )


def _publish(draft: Path, whole: Path) -> None:
    """On the disk before it is called a backup."""
    for path in (*draft.iterdir(), draft):
        sync(path)
    draft.rename(whole)
    sync(whole.parent)


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
