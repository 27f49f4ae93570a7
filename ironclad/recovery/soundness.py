"""Whether restored files are whole: by their manifest, by checksums, by reading them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ironclad.embedded.account import Account
from ironclad.embedded.binaries import Binaries
from ironclad.embedded.postgres import SUPERUSER, Postgres
from ironclad.recovery.cluster_programs import control_data, last_line, run
from ironclad.recovery.failure import RecoveryFailed

_MANIFEST = "backup_manifest"


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    passed: bool
    told: str

    def as_dict(self) -> dict[str, object]:
        return {"name": self.name, "passed": self.passed, "told": self.told}


def of_files(postgres: Postgres) -> Iterator[Check]:
    """Before it is started: each file as pg_basebackup wrote it, where that said so."""
    program, owner = "pg_verifybackup", postgres.owner
    if not (postgres.data / _MANIFEST).exists():
        return
    # The wheel's 18 crashes at once. A folder's repository has held its files against the
    # manifest by itself.
    if run(postgres.binaries, owner, program, "--version").returncode == 0:
        yield _ran(
            postgres.binaries, owner, program,
            "--quiet", "--no-parse-wal", "--ignore=log", str(postgres.data),
        )  # fmt: skip


def of_running(postgres: Postgres) -> Iterator[Check]:
    """While it stands still. Each row is read where no checksums of pages can be."""
    binaries, owner = postgres.binaries, postgres.owner
    where = ("--host", str(postgres.sockets), "--username", SUPERUSER)
    checksums = has_checksums(postgres)
    for database in _databases(postgres):
        if _has_amcheck(postgres, database):
            yield _ran(binaries, owner, "pg_amcheck", *where, "--no-password", database)
        if not checksums:
            yield _ran(
                binaries, owner, "pg_dump", *where, "--no-password",
                "--file=/dev/null", f"--dbname={database}",
            )  # fmt: skip


def of_stopped(postgres: Postgres) -> Iterator[Check]:
    """Once it is stopped: each page's checksum, in clusters that have them."""
    if has_checksums(postgres):
        yield _ran(
            postgres.binaries, postgres.owner, "pg_checksums",
            "--check", "--pgdata", str(postgres.data),
        )  # fmt: skip


def to_disk(postgres: Postgres) -> None:
    """Writes all files to the disk: a restore runs without fsync. Raises RecoveryFailed."""
    done = run(
        postgres.binaries, postgres.owner, "initdb",
        "--sync-only", "--pgdata", str(postgres.data),
    )  # fmt: skip
    if done.returncode:
        message = f"the files could not be written to the disk: {last_line(done)}"
        raise RecoveryFailed(message, "restore again, onto another disk: --into FOLDER")


def has_checksums(postgres: Postgres) -> bool:
    known = control_data(postgres.binaries, postgres.owner, postgres.data)
    return known.get("Data page checksum version", "0") != "0"


def _ran(
    binaries: Binaries, owner: Account | None, program: str, *options: str
) -> Check:
    done = run(binaries, owner, program, *options)
    if done.returncode == 0:
        return Check(program, passed=True, told="nothing is wrong")
    return Check(program, passed=False, told=_fault(done.stderr, done.stdout)[:500])


def _fault(*outputs: str) -> str:
    """The first line that names a fault: later ones often only count them."""
    lines = [line.strip() for each in outputs for line in each.splitlines()]
    lines = [line for line in lines if line]
    named = [line for line in lines if "error:" in line or "ERROR" in line]
    return (named or lines or ["it gave no reason"])[0]


def _databases(postgres: Postgres) -> list[str]:
    with postgres.connect() as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE datallowconn ORDER BY 1"
        )
        return [str(name) for (name,) in found]


def _has_amcheck(postgres: Postgres, database: str) -> bool:
    with postgres.connect(database) as connection:
        query = "SELECT 1 FROM pg_extension WHERE extname = 'amcheck'"
        return connection.execute(query).fetchone() is not None
