"""`make drill`: a database of 1.5 GB is lost without warning, and had back from its backup.

PostgreSQL 15 with continuous archiving as the cluster's has it, `pgbench -i -s SCALE`, a base
backup, some minutes of writes; then `kill -9`, the data folder removed with its WAL, restored
into a new one. What is measured is printed, with the size at which the promised 4 h are reached.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from ironclad.embedded.failure import StartError
from ironclad.embedded.room import check_disk
from ironclad.recovery.checking import Running
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.repository import BaseBackup
from ironclad.recovery.target import LATEST
from ironclad.recovery.trial import on_trial
from tests.load import reckoning
from tests.load.figures import Figure, most, table
from tests.load.heartbeat import Heartbeat
from tests.stack.plain_archive import Plain, Source, archived

SCALE, SECONDS, CLIENTS = 100, 180, 4
_MB = 1e6
_EACH = 16  # MB of data a scale of 1
# The source, its backup, the restored one, the WAL of filling it and of the writes.
_TIMES = 6
# As deploy/kubernetes/base/postgres/postgresql.conf has it, and a cache for the size.
_SETTINGS = {
    "fsync": "on",
    "archive_timeout": "60",
    "shared_buffers": "512MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "5min",
    "wal_compression": "on",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """Bytes and seconds of one drill."""

    data: int  # of the source when the backup was made
    backup_seconds: float
    restored: int
    copy_seconds: float
    wal: int
    replay_seconds: float
    rto: float  # from the kill to the first write that was accepted again
    rpo: float  # of acknowledged commits, from the newest kept to the newest lost
    lost: int  # acknowledged heartbeats
    tps: float
    wal_rate: float  # bytes a second under pgbench

    @property
    def rates(self) -> reckoning.Rates:
        # All but the replay grows with the files: copy, checks, writing them to the disk.
        return reckoning.Rates(
            self.restored / (self.rto - self.replay_seconds),
            self.wal / self.replay_seconds,
        )


class Timed(Plain):
    """Tells how long the copy of the files took."""

    copied: float = 0.0

    def lay_out(self, backup: BaseBackup, into: Path) -> None:
        began = time.monotonic()
        super().lay_out(backup, into)
        self.copied = time.monotonic() - began


class Replay:
    """Tells how long the replay took, by what a restore says of itself."""

    def __init__(self) -> None:
        self.began = self.ended = 0.0

    @property
    def seconds(self) -> float:
        if self.ended <= self.began:
            message = "the restore did not say when it replayed"
            raise RecoveryFailed(message)
        return self.ended - self.began

    def __call__(self, words: str) -> None:
        if words.startswith("replaying"):
            self.began = time.monotonic()
        if words.startswith("stands still"):
            self.ended = time.monotonic()
        say(words)


def say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S', time.gmtime())} {words}", file=sys.stderr, flush=True)  # fmt: skip


def pgbench(source: Source, *options: str) -> str:
    """To its end; its progress is shown as it comes."""
    child = subprocess.Popen(
        [source.postgres.binaries.program("pgbench"), *options],
        env=source.cluster.environment("bench"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    kept = []
    try:
        for line in child.stdout or ():
            kept.append(line)
            if "progress" in line or "done in" in line:
                say(f"  {line.strip()}")
        child.wait()
    finally:
        child.kill()
    if child.returncode:
        raise RecoveryFailed(f"pgbench: {''.join(kept[-5:])}")
    return "".join(kept)


def lsn(source: Source) -> int:
    return int(str(source.ask("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")[0][0]))


def lose(source: Source) -> None:
    """As if the volume were gone: no warning, no last WAL."""
    pid = source.postgres.pid
    if pid is not None:
        say(f"kill -9 {pid}; its data folder is removed")
        os.kill(pid, signal.SIGKILL)
    source.postgres.clear()
    shutil.rmtree(source.postgres.data)


def drill(folder: Path, scale: int, seconds: int) -> Measured:
    with archived(folder, settings=_SETTINGS, page_checksums=True) as source:
        source.repository = Timed(source.repository.folder, source.postgres.binaries)
        source.ask("CREATE DATABASE bench")
        say(f"pgbench -i -s {scale}")
        pgbench(source, "-i", "-s", str(scale), "-q")
        source.ask("CREATE TABLE heartbeat (n bigint PRIMARY KEY)", "bench")
        say("base backup")
        began = time.monotonic()
        backup = source.back_up()
        took = time.monotonic() - began
        say(f"  {backup.size / _MB:,.0f} MB in {took:.1f} s")
        start = lsn(source)
        say(f"{seconds} s of pgbench, {CLIENTS} clients")
        began = time.monotonic()
        with Heartbeat(lambda: source.postgres.connect("bench")) as heart:
            said = pgbench(
                source,
                "-n",
                "-c",
                str(CLIENTS),
                "-j",
                "2",
                "-T",
                str(seconds),
                "-P",
                "30",
            )
            wal_rate = (lsn(source) - start) / (time.monotonic() - began)
            # Into the middle of writes: the newest WAL is of this moment.
            killed = time.monotonic()
            lose(source)
        say(f"{heart.acknowledged} heartbeats were acknowledged; restoring")
        repository = source.repository
        assert isinstance(repository, Timed)
        replay = Replay()
        with on_trial(repository, LATEST, folder, say=replay) as running:
            rto, kept = _served(running, killed)
            wal = _replayed(running, backup)
            say(
                f"it takes writes {rto:.1f} s after the loss; looking whether it is whole"
            )
            _whole(running)
    return Measured(
        data=backup.size, backup_seconds=took, restored=backup.size,
        copy_seconds=repository.copied, wal=wal,
        replay_seconds=replay.seconds, rto=rto,
        rpo=heart.lost_seconds(kept), lost=heart.acknowledged - kept,
        tps=_tps(said), wal_rate=wal_rate,
    )  # fmt: skip


def _served(running: Running, killed: float) -> tuple[float, int]:
    """Seconds until it takes a write, and the heartbeats that it has."""
    with running.cluster.connect("bench") as connection:
        row = connection.execute("SELECT count(*), max(n) FROM heartbeat").fetchone()
        connection.execute("INSERT INTO heartbeat VALUES (-1)")
    rto = time.monotonic() - killed
    rows, newest = row or (0, 0)
    if rows != (newest or 0):
        raise RecoveryFailed(f"{rows} heartbeats up to {newest}: some between are gone")
    return rto, rows


def _replayed(running: Running, backup: BaseBackup) -> int:
    """Bytes of WAL between the backup's beginning and the end of recovery."""
    with running.cluster.connect() as connection:
        row = connection.execute(
            "SELECT pg_last_wal_replay_lsn() - '0/0'::pg_lsn"
        ).fetchone()
    name = backup.wal_start
    start = (int(name[8:16], 16) << 32) + (int(name[16:24], 16) << 24)
    return int(row[0]) - start if row else 0


def _whole(running: Running) -> None:
    """What pgbench keeps true in each transaction: three sums that are one."""
    sums = """SELECT (SELECT sum(abalance) FROM pgbench_accounts),
                     (SELECT sum(bbalance) FROM pgbench_branches),
                     (SELECT coalesce(sum(delta), 0) FROM pgbench_history)"""
    with running.cluster.connect("bench") as connection:
        row = connection.execute(sums).fetchone() or ()
    if len(set(row)) != 1:
        raise RecoveryFailed(f"the sums of pgbench differ: {row}")


def _tps(said: str) -> float:
    line = next(line for line in said.splitlines() if line.startswith("tps = "))
    return float(line.split()[2])


def figures(seen: Measured) -> list[Figure]:
    def rate(what: str, size: int, seconds: float) -> Figure:
        told = (
            f"{size / _MB:,.0f} MB in {seconds:.1f} s: {size / seconds / _MB:,.0f} MB/s"
        )
        return Figure(what, told, "", ok=True)

    return [
        rate("backup", seen.data, seen.backup_seconds),
        rate("copy of the files", seen.restored, seen.copy_seconds),
        rate("replay of WAL", seen.wal, seen.replay_seconds),
        Figure("writes", f"{seen.tps:,.0f}/s, {seen.wal_rate / _MB:.1f} MB/s of WAL", "", ok=True),
        most("recovery time (RTO)", seen.rto, reckoning.RTO, "s"),
        most(f"lost commits (RPO), {seen.lost} heartbeats", seen.rpo, 60, "s"),
    ]  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=SCALE)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="of pgbench")
    parser.add_argument("--into", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args(arguments)
    if asked.scale < 1 or asked.seconds < 1:
        parser.error("scale and seconds are 1 or more")
    signal.signal(signal.SIGTERM, _stop)
    try:
        check_disk(asked.into, megabytes=asked.scale * _EACH * _TIMES + 512)
        with tempfile.TemporaryDirectory(
            prefix="ironclad-drill-", dir=asked.into
        ) as folder:
            seen = drill(Path(folder), asked.scale, asked.seconds)
    except (StartError, RecoveryFailed) as failure:
        print(f"✗ {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("stopped; all of it is removed")
        return 130
    rows = figures(seen)
    print(table(rows))
    print(f"\nthe size at which {reckoning.RTO / 3600:.0f} h are reached, "
          f"{reckoning.DECIDED / 60:.0f} min of them before the restore begins:\n")  # fmt: skip
    print(reckoning.table(seen.rates))
    return 0 if all(row.ok for row in rows) else 1


def _stop(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
