"""Receives WAL as it is written, by pg_receivewal, and packs what is finished.

The program writes into a folder of its own. Finished segments leave it, so that it asks a
new server, or a new timeline, for what its replication slot has kept, and for nothing else.
"""

from __future__ import annotations

import contextlib
import errno
import gzip
import os
import shutil
import signal
import stat
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg

from ironclad.embedded.account import give
from ironclad.embedded.binaries import Binaries
from ironclad.recovery.base_backup import sync
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.folder import FolderRepository
from ironclad.recovery.programs import last_words, reaching
from ironclad.recovery.segments import HISTORY, SEGMENT, timeline_of

SLOT = "ironclad_backup"
_PATIENCE = 10.0  # seconds until it has written what it holds
_STEP = 0.05
_PACKING = 1  # gzip's least effort


@dataclass
class Receiver:
    """Of the server at `address`, whose role may replicate."""

    repository: FolderRepository
    binaries: Binaries
    address: str
    program: subprocess.Popen[str] | None = field(default=None, init=False)
    _said: IO[str] | None = field(default=None, init=False)

    def start(self) -> None:
        """Raises RecoveryFailed when the server is away or is of another cluster."""
        self.repository.prepare()
        self._make_ready()
        said = self.repository.folder / "receiver.log"
        self._said = said.open("w+", encoding="utf-8")
        owner = self.repository.owner
        self.program = subprocess.Popen(  # noqa: S603 - our own words
            [
                self.binaries.program("pg_receivewal"),
                f"--directory={self.repository.incoming}",
                f"--slot={SLOT}", "--status-interval=1", "--no-loop", "--no-password",
            ],
            env=reaching(self.address), stdin=subprocess.DEVNULL,
            stdout=self._said, stderr=self._said, cwd="/", text=True,
            user=owner.uid if owner else None, group=owner.gid if owner else None,
            extra_groups=[] if owner else None,
        )  # fmt: skip

    def _make_ready(self) -> None:
        """The slot is there and usable, and what comes in is what it goes on with."""
        try:
            with psycopg.connect(
                self.address, autocommit=True, connect_timeout=5
            ) as server:
                self._refuse_another(server)
                timeline = _timeline(server)
                _end_another(server)
                if _slot(server) in {"lost", "unreserved"}:
                    server.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])
                fresh = _slot(server) is None
                if fresh:
                    server.execute(
                        "SELECT pg_create_physical_replication_slot(%s, true)", [SLOT]
                    )
        except psycopg.Error as error:
            message = f"no WAL is received: {str(error).strip()}"
            raise RecoveryFailed(message, "start the database: make up") from error
        for path in self.repository.incoming.glob("*.partial"):
            # The server has no more of it, or goes on in another timeline.
            if fresh or timeline_of(path.name) != timeline:
                path.replace(self.repository.wal / path.name)

    def _refuse_another(self, server: psycopg.Connection) -> None:
        asked = "SELECT system_identifier::text FROM pg_control_system()"
        (system,) = server.execute(asked).fetchone() or ("",)
        kept = self.repository.folder / "system"
        if not kept.exists():
            kept.write_text(system, "utf-8")
        elif kept.read_text("utf-8").strip() != system:
            message = f"{self.repository.folder} has the backups of another database"
            raise RecoveryFailed(
                message, "move the folder away, and keep it while you need it"
            )

    def complaint(self) -> str | None:
        """Why it has ended; None while it runs."""
        if self.program is None or self.program.poll() is None or self._said is None:
            return None
        self._said.seek(0)
        return last_words(self._said.read())

    def stop(self) -> None:
        """What it has received is in its file."""
        program, self.program = self.program, None
        if program is not None and program.poll() is None:
            program.send_signal(signal.SIGINT)
            try:
                program.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
        if self._said is not None:
            self._said.close()
            self._said = None

    def pack(self) -> int:
        """Packs the finished segments; gives how many. A power cut leaves the one or the other."""
        repository, packed = self.repository, 0
        for path in sorted(repository.incoming.iterdir()):
            if SEGMENT.fullmatch(path.name):
                _pack(path, repository.wal / f"{path.name}.gz")
                _give(repository, repository.wal / f"{path.name}.gz")
                path.unlink()
                # The whole one is here: what another receiver began is not needed.
                (repository.wal / f"{path.name}.partial").unlink(missing_ok=True)
                packed += 1
            elif HISTORY.fullmatch(path.name):
                path.replace(repository.wal / path.name)
        return packed


def _timeline(server: psycopg.Connection) -> int:
    # Not of the last checkpoint: right after a promotion that is still of the older one.
    row = server.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchone()
    return timeline_of(row[0]) if row else 0


def _end_another(server: psycopg.Connection) -> None:
    """A receiver whose keeper was killed goes on for nobody: it ends when it is cut off."""
    asked = (
        "SELECT active_pid FROM pg_replication_slots WHERE slot_name = %s AND active"
    )
    end = time.monotonic() + _PATIENCE
    while (row := server.execute(asked, [SLOT]).fetchone()) and time.monotonic() < end:
        server.execute("SELECT pg_terminate_backend(%s)", [row[0]])
        time.sleep(_STEP)


def _slot(server: psycopg.Connection) -> str | None:
    """Its state; None when there is none."""
    asked = (
        "SELECT coalesce(wal_status, '') FROM pg_replication_slots WHERE slot_name = %s"
    )
    row = server.execute(asked, [SLOT]).fetchone()
    return str(row[0]) if row else None


def _pack(path: Path, packed: Path) -> None:
    draft = packed.with_name(f".{packed.name}.part")
    try:
        with (
            open(path, "rb", opener=_its_own) as whole,
            gzip.open(draft, "wb", _PACKING) as file,
        ):
            shutil.copyfileobj(whole, file, 1 << 20)
        sync(draft)
        draft.replace(packed)
        sync(packed.parent)
    except OSError as error:
        message = f"WAL cannot be kept: {error}"
        raise RecoveryFailed(message, "see to space on the disk") from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def _its_own(path: str, flags: int) -> int:
    """Not what a link leads to: the account that owns the folder may not read all that we may."""
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no file", path)
    return descriptor


def _give(repository: FolderRepository, path: Path) -> None:
    os.chmod(path, 0o600)  # noqa: PTH101 - as its source
    give(path, repository.owner)
