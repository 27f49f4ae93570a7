"""Whether a restored cluster that runs is whole: its files, its indexes, each of its pages.

Nothing here knows what is in it. A check never raises: what went wrong is what it tells.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ironclad.embedded.binaries import Binaries
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.repository import BaseBackup, Repository

_LONGEST = 500  # characters told of one check
_AWAY = (psycopg.Error, OSError)
# What libpq's programs read as PG… instead of arguments, which every local user can see.
_VARIABLES = ("host", "port", "user", "password", "database", "sslmode", "sslrootcert")


@dataclass(frozen=True, slots=True)
class Check:
    """One of the checks; `told` is what was seen, for people."""

    name: str
    passed: bool
    told: str

    def document(self) -> dict[str, object]:
        """As `RestoreRun.checks` keeps it."""
        return {"name": self.name, "passed": self.passed, "told": self.told}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server that runs, reached as its superuser at `url` (of any of its databases)."""

    binaries: Binaries
    url: str

    def connect(self, database: str | None = None) -> psycopg.Connection:
        """In autocommit."""
        where = make_conninfo(self.url, **_named(database))
        return psycopg.connect(where, autocommit=True, connect_timeout=5)

    def databases(self) -> list[str]:
        """All that can be connected to but the templates."""
        with self.connect() as connection:
            rows = connection.execute(
                "SELECT datname FROM pg_database"
                " WHERE datallowconn AND NOT datistemplate ORDER BY 1"
            ).fetchall()
        return [str(name) for (name,) in rows]

    def size(self) -> int:
        """Bytes of all databases."""
        with self.connect() as connection:
            found = connection.execute(
                "SELECT coalesce(sum(pg_database_size(oid)), 0)::bigint FROM pg_database"
            ).fetchone()
        return int(found[0]) if found else 0

    def environment(self, database: str | None = None) -> dict[str, str]:
        """For one of its own programs."""
        given = conninfo_to_dict(self.url, **_named(database))
        given["database"] = given.pop("dbname", None)
        kept = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
        return (
            {"LC_ALL": "C", "PGCONNECT_TIMEOUT": "10"}
            | {name: os.environ[name] for name in kept if name in os.environ}
            | {f"PG{name.upper()}": str(given[name]) for name in _VARIABLES if given.get(name)}
        )  # fmt: skip


def _named(database: str | None) -> dict[str, str]:
    return {"dbname": database} if database else {}


@dataclass(frozen=True, slots=True)
class Running:
    """What was restored, as a server that runs and takes writes."""

    cluster: Cluster
    label: str
    seconds: float  # from the start of the restore until it answered
    size: int  # bytes of its files
    wal: int | None = None  # bytes replayed
    reached_at: datetime | None = None  # of the newest commit replayed


def checked(name: str, look: Callable[[], str]) -> Check:
    """Passed with what it returns, or failed with what it raises."""
    try:
        return Check(name, passed=True, told=short(look()))
    except RecoveryFailed as failure:
        return Check(name, passed=False, told=short(str(failure)))
    except subprocess.TimeoutExpired as late:
        told = f"not done after {late.timeout:.0f} s"
        return Check(name, passed=False, told=told)
    except _AWAY as error:
        return Check(name, passed=False, told=short(str(error)))


def short(words: str) -> str:
    """What fits into a cell of a table."""
    line = " · ".join(part.strip() for part in words.splitlines() if part.strip())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def stored_files(repository: Repository, backup: BaseBackup) -> Check:
    """The backup's own files, by the checksums that were noted when it was made."""

    def look() -> str:
        wrong = repository.verify(backup)
        if wrong:
            message = f"{len(wrong)} files are not as stored"
            raise RecoveryFailed(message, told(wrong))
        return f"every checksum of {backup.label} holds"

    return checked("stored files", look)


def tables_and_indexes(cluster: Cluster, *, within: float) -> Check:
    """`pg_amcheck` of each database: heaps, and that each index has every row of its table.

    It installs the extension amcheck: in a scratch cluster, which is gone afterwards.
    """

    def look() -> str:
        end = time.monotonic() + within
        if not _has_amcheck(cluster):
            return "not looked at: this PostgreSQL comes without amcheck"
        for database in cluster.databases():
            options = ("--install-missing", "--heapallindexed", "--jobs=2")
            _run(cluster, "pg_amcheck", *options, database=database, end=end)
        return "pg_amcheck found nothing amiss"

    return checked("tables and indexes", look)


def _has_amcheck(cluster: Cluster) -> bool:
    query = "SELECT 1 FROM pg_available_extensions WHERE name = 'amcheck'"
    with cluster.connect() as connection:
        return connection.execute(query).fetchone() is not None


def every_page(cluster: Cluster, *, within: float) -> Check:
    """Each row of each table is read once, as a dump does; page checksums are seen on the way."""

    def look() -> str:
        end = time.monotonic() + within
        databases = cluster.databases()
        for database in databases:
            options = ("--format=custom", "--compress=0", "--no-sync")
            _run(cluster, "pg_dump", *options, database=database, end=end)
        with cluster.connect() as connection:
            found = connection.execute("SHOW data_checksums").fetchone()
        sums = "with" if found == ("on",) else "without"
        return f"{', '.join(databases)} read, {sums} page checksums"

    return checked("every row read", look)


def _run(
    cluster: Cluster, program: str, *options: str, database: str, end: float
) -> None:
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own, by its path
        [cluster.binaries.program(program), *options],
        env=cluster.environment(database),
        stdin=subprocess.DEVNULL,
        # A dump is for nobody: that it could be written is what is asked.
        stdout=subprocess.DEVNULL if program == "pg_dump" else subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
        cwd="/",
        timeout=max(1.0, end - time.monotonic()),
    )
    if done.returncode:
        # pg_amcheck tells what it finds on stdout, and errors of its own on stderr.
        said = told([*(done.stdout or "").splitlines(), *done.stderr.splitlines()])
        message = f"{program} of {database}: {said or 'no reason given'}"
        raise RecoveryFailed(message)


def told(lines: Iterable[str], most: int = 4) -> str:
    """The first of them."""
    kept = [line for line in lines if line.strip()]
    more = f" and {len(kept) - most} more" if len(kept) > most else ""
    return "\n".join(kept[:most]) + more
