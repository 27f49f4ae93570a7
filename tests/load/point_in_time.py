"""A restore to a moment on PostgreSQL 15: an 80 MB base and 100 MiB of WAL after it."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from ironclad.recovery.restore import restore
from ironclad.recovery.target import Target
from tests.load.figures import Figure, most, report
from tests.stack.restoring import Source, source

TARGET = 10.0  # seconds
_BASE, _WAL = 80_000_000, 100 * 1024 * 1024  # bytes
_ROW = "repeat(md5(n::text || clock_timestamp()::text), 30)"  # about 1 kB


def _grow(here: Source, size: int) -> None:
    """The files' size, by rows that do not compress to nothing."""
    here.ask("CREATE TABLE filling (id bigserial, what text)")
    here.ask("ALTER TABLE filling ALTER COLUMN what SET STORAGE EXTERNAL")
    while (missing := size - _size(here)) > 0:
        rows = missing // 1100 + 1
        here.ask(
            f"INSERT INTO filling (what) SELECT {_ROW} FROM generate_series(1, {rows}) n"  # noqa: S608
        )


def _size(here: Source) -> int:
    [[size]] = here.ask("SELECT sum(pg_database_size(oid))::bigint FROM pg_database")
    return int(str(size))


def _write(here: Source, size: int) -> int:
    """So many bytes of WAL, in commits of ten rows; how many commits."""
    [[began]] = here.ask("SELECT pg_current_wal_insert_lsn()")
    commits = 0
    while True:
        for _ in range(200):
            commits += 1
            here.ask(
                f"INSERT INTO counted SELECT {commits}, {_ROW} FROM generate_series(1, 10) n"  # noqa: S608
            )
        [[done]] = here.ask(f"SELECT pg_current_wal_insert_lsn() - '{began}'")
        if int(str(done)) >= size:
            return commits


def bench() -> Sequence[Figure]:
    with source() as here, tempfile.TemporaryDirectory(prefix="ironclad-pitr-") as to:
        here.ask("CREATE TABLE counted (number int, what text)")
        _grow(here, _BASE)
        here.ask("CHECKPOINT")
        backup = here.back_up("base")
        before = _write(here, _WAL)
        moment = here.now()
        for number in range(1, 101):
            here.ask(f"INSERT INTO counted VALUES ({before + number}, 'after')")  # noqa: S608
        here.archive()
        began = time.monotonic()
        restored = restore(
            here.repository, Target("time", moment), Path(to) / "new",
            binaries=here.postgres.binaries, say=lambda words: print(words, file=sys.stderr),
        )  # fmt: skip
        took = time.monotonic() - began
        with restored.running() as postgres, postgres.connect() as connection:
            query = "SELECT count(DISTINCT number), max(number) FROM counted"
            found = connection.execute(query).fetchone()
    size, wal = backup.size / 1e6, restored.wal / 1024**2
    what = f"restore of {size:.0f} MB + {wal:.0f} MiB of WAL to a moment"
    print(f"  {took:.1f} s with the checks of all pages", file=sys.stderr)
    return [
        most(what, restored.recovery_seconds, TARGET, "s"),
        Figure(
            "commits before the moment that are in it", f"{found and found[0]}",
            f"= {before}", found == (before, before),
        ),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(report(bench))
