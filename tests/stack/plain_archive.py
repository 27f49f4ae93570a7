"""A PostgreSQL 15 that archives its WAL into a folder, and that folder as a repository.

The plainest of repositories, so that what is tested or measured on it is PostgreSQL's own part:
`pg_basebackup` into a folder, `cp` as archive_command.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ironclad.embedded.account import Account, account, give, open_way
from ironclad.embedded.binaries import Binaries, find
from ironclad.embedded.postgres import SUPERUSER, Postgres
from ironclad.embedded.sockets import socket_folder
from ironclad.recovery.checking import Cluster
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.repository import Archive, BaseBackup

PASSWORD = "only-for-tests"
_SEGMENT = 24  # hexadecimal digits


def run_as(
    owner: Account | None, command: list[str], environment: Mapping[str, str]
) -> str:
    """What it said on stderr, where pg_basebackup reports. Raises RecoveryFailed."""
    done = subprocess.run(
        command,
        env=dict(environment),
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        user=owner.uid if owner else None,
        group=owner.gid if owner else None,
        extra_groups=[] if owner else None,
    )
    if done.returncode:
        raise RecoveryFailed(f"{command[0]}: {done.stderr or done.stdout}")
    return done.stdout + done.stderr


@dataclass
class Plain:
    """Base backups as plain folders, and beside them the archived segments."""

    folder: Path
    binaries: Binaries
    name: str = "plain folder"
    made: list[BaseBackup] = field(default_factory=list)

    @property
    def segments(self) -> Path:
        return self.folder / "wal"

    def backups(self) -> list[BaseBackup]:
        return list(self.made)

    def archive(self) -> Archive | None:
        names = sorted(
            file.name for file in self.segments.iterdir() if len(file.name) == _SEGMENT
        )
        if not names:
            return None
        return Archive(names[0], names[-1], stored=size_of(self.segments))

    def verify(self, backup: BaseBackup) -> list[str]:
        command = [self.binaries.program("pg_verifybackup"), "--no-parse-wal"]
        done = subprocess.run(
            [*command, str(self.folder / backup.label)],
            check=False,
            capture_output=True,
            text=True,
        )
        return done.stderr.splitlines() if done.returncode else []

    def lay_out(self, backup: BaseBackup, into: Path) -> None:
        stored = self.folder / backup.label
        subprocess.run(["cp", "-a", f"{stored}/.", str(into)], check=True)

    def restore_command(self) -> str:
        return f'cp "{self.segments}/%f" "%p"'


@dataclass
class Source:
    """The cluster, and where it archives to."""

    postgres: Postgres
    repository: Plain

    @property
    def cluster(self) -> Cluster:
        postgres = self.postgres
        url = postgres.url(SUPERUSER, postgres.password, "postgres")
        return Cluster(postgres.binaries, url)

    def ask(
        self, statement: str, database: str = "postgres"
    ) -> list[tuple[object, ...]]:
        with self.postgres.connect(database) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []

    def back_up(self) -> BaseBackup:
        began = datetime.now(UTC)
        label = f"base-{len(self.repository.made) + 1}"
        into = self.repository.folder / label
        options = ["--checkpoint=fast", "--wal-method=none", f"--pgdata={into}"]
        run_as(
            self.postgres.owner,
            [self.postgres.binaries.program("pg_basebackup"), *options, "--no-sync"],
            self.cluster.environment(),
        )
        noted = dict(
            line.split(": ", 1)
            for line in (into / "backup_label").read_text("utf-8").splitlines()
        )
        segment = noted["START WAL LOCATION"].split("file ")[1].rstrip(")")
        size = size_of(into)
        made = BaseBackup(
            label=label, kind="full", started_at=began, ended_at=datetime.now(UTC),
            size=size, stored=size, wal_start=segment, wal_stop=segment,
            version=self.postgres.binaries.version,
        )  # fmt: skip
        self.repository.made.append(made)
        return made


def size_of(folder: Path) -> int:
    return sum(
        (Path(root) / name).stat().st_size
        for root, _, names in os.walk(folder)
        for name in names
    )


@contextmanager
def archived(
    folder: Path,
    *,
    settings: Mapping[str, str] | None = None,
    page_checksums: bool = False,
) -> Iterator[Source]:
    """Started below `folder`, stopped at the end; whose folder it is takes it away."""
    owner = account()
    open_way(folder / "x", owner)
    kept = folder / "repository"
    for made in (kept, kept / "wal"):
        made.mkdir(mode=0o700)
        give(made, owner)
    postgres = Postgres(
        binaries=find(15),
        data=folder / "source",
        sockets=socket_folder(folder, owner),
        log=folder / "log",
        password=PASSWORD,
        owner=owner,
        settings={
            "archive_mode": "on",
            "archive_command": f'cp "%p" "{kept}/wal/%f.part" && mv "{kept}/wal/%f.part" "{kept}/wal/%f"',
            "logging_collector": "off",
            "fsync": "off",
            **(settings or {}),
        },
    )
    try:
        postgres.initialise()
        if page_checksums:
            sums = [postgres.binaries.program("pg_checksums"), "--enable", "--no-sync"]
            run_as(owner, [*sums, f"--pgdata={postgres.data}"], {"LC_ALL": "C"})
        postgres.start()
        yield Source(postgres, Plain(kept, postgres.binaries))
    finally:
        postgres.stop()
