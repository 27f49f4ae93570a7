"""A small PostgreSQL 15 that archives its WAL, and a repository of plain folders beside it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from ironclad.embedded.account import account, give, open_way
from ironclad.embedded.binaries import find
from ironclad.embedded.postgres import Postgres
from ironclad.embedded.sockets import socket_folder
from ironclad.recovery.repository import Archive, BaseBackup
from ironclad.recovery.segments import between
from tests.acceptance.harness.waiting import until


class PlainRepository:
    """A folder of pg_basebackup's folders, and one of what archive_command copied."""

    name = "plain folders"

    def __init__(self, root: Path) -> None:
        self.root = root
        self.made: list[BaseBackup] = []

    @property
    def wal(self) -> Path:
        return self.root / "wal"

    def backups(self) -> list[BaseBackup]:
        return list(self.made)

    def archive(self) -> Archive:
        names = sorted(each.name[:24] for each in self.wal.iterdir() if _segment(each))
        first, last = names[0], names[-1]
        missing = sorted(set(between(first, last)) - set(names))
        return Archive(first, last, tuple(missing))

    def verify(self, backup: BaseBackup) -> list[str]:
        return [] if backup in self.made else ["it is not here"]

    def lay_out(self, backup: BaseBackup, into: Path) -> None:
        shutil.copytree(self.root / backup.label, into, dirs_exist_ok=True)

    def restore_command(self) -> str:
        return f'cp {self.wal}/%f "%p" 2>/dev/null || cp {self.wal}/%f.partial "%p"'


def _segment(path: Path) -> bool:
    return len(path.name.removesuffix(".partial")) == 24


class Source:
    """The cluster that backups are made of. Its commits wait for no disk."""

    def __init__(
        self,
        postgres: Postgres,
        repository: PlainRepository,
        connection: psycopg.Connection,
    ) -> None:
        self.postgres, self.repository = postgres, repository
        self.connection = connection

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        found = self.connection.execute(statement.encode())
        return found.fetchall() if found.description else []

    def now(self) -> datetime:
        """A moment between what was committed and what is committed from now on."""
        return datetime.fromisoformat(str(self.ask("SELECT clock_timestamp()")[0][0]))

    def archive(self) -> str:
        """All that was written so far; the segment's name."""
        [[name]] = self.ask("SELECT pg_walfile_name(pg_current_wal_lsn())")
        self.ask("SELECT pg_switch_wal()")
        there = self.repository.wal / str(name)
        until(there.exists, 30, f"{name} is archived")
        return str(name)

    def back_up(self, label: str, *options: str) -> BaseBackup:
        owner, began = self.postgres.owner, datetime.now(UTC)
        place = self.repository.root / label
        subprocess.run(
            [
                self.postgres.binaries.program("pg_basebackup"),
                *("--pgdata", str(place), "--checkpoint=fast", "--wal-method=none"),
                *("--no-sync", "--host", str(self.postgres.sockets)),
                *("--username", "postgres", *options),
            ],
            check=True,
            capture_output=True,
            cwd="/",
            env={"PGPASSWORD": self.postgres.password, "PATH": "/usr/bin:/bin"},
            user=owner.uid if owner else None,
            group=owner.gid if owner else None,
            extra_groups=[] if owner else None,
        )
        ended = self.now()
        history = max(self.repository.wal.glob("*.backup"), key=lambda p: p.name)
        lines = history.read_text().splitlines()
        start, stop = (line.rpartition("file ")[2].rstrip(")") for line in lines[:2])
        size = sum(f.stat().st_size for f in place.rglob("*") if f.is_file())
        made = BaseBackup(
            label, "full", began, ended, size, size, start, stop,
            self.postgres.binaries.version,
        )  # fmt: skip
        self.repository.made.append(made)
        return made


@contextmanager
def source(
    settings: Mapping[str, str] | None = None, version: int = 15
) -> Iterator[Source]:
    root = Path(tempfile.mkdtemp(prefix="ironclad-restore-"))
    owner = account()
    open_way(root / "data", owner)
    repository = PlainRepository(root / "repository")
    for folder in (repository.root, repository.wal):
        folder.mkdir()
        give(folder, owner)
    postgres = Postgres(
        binaries=find(version),
        data=root / "data",
        sockets=socket_folder(root, owner),
        log=root / "log",
        password="only-for-a-moment",
        owner=owner,
        settings={
            "fsync": "off",
            "logging_collector": "off",
            "archive_mode": "on",
            "archive_command": f"cp %p {repository.wal}/%f",
            "wal_level": "replica",
            **(settings or {}),
        },
    )
    try:
        postgres.initialise()
        _checksums(postgres)
        postgres.start()
        with postgres.connect() as connection:
            yield Source(postgres, repository, connection)
    finally:
        postgres.stop()
        shutil.rmtree(root, ignore_errors=True)


def _checksums(postgres: Postgres) -> None:
    """Pages with checksums, as the cluster's manifests make it."""
    owner = postgres.owner
    program = postgres.binaries.program("pg_checksums")
    subprocess.run(
        [program, "--enable", "--no-sync", "-D", str(postgres.data)],
        check=True,
        capture_output=True,
        cwd="/",
        user=owner.uid if owner else None,
        group=owner.gid if owner else None,
        extra_groups=[] if owner else None,
    )
