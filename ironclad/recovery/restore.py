"""A restore: a backup's files into a new folder, its WAL up to a target, and a look at all.

The cluster stands still and read-only where it was led to, until `ironclad.recovery.promotion`
makes one of its own of it. The data in service is not touched.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from ironclad.embedded.account import Account, account, give, open_way
from ironclad.embedded.binaries import Binaries
from ironclad.embedded.home import private_folder
from ironclad.embedded.postgres import Postgres
from ironclad.recovery import soundness
from ironclad.recovery.cluster_programs import control_data, fetch
from ironclad.recovery.destination import claimed, free, refuse
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.opening import Bounds, opened, replayed
from ironclad.recovery.plan import Plan, Wish, plan, told
from ironclad.recovery.repository import Archive, Repository
from ironclad.recovery.segments import named, number_of, position
from ironclad.recovery.server import aim, ready
from ironclad.recovery.soundness import Check
from ironclad.recovery.state import State
from ironclad.recovery.target import Target
from ironclad.recovery.waiting import Say, Standstill

_START = re.compile(r"START WAL LOCATION: ([0-9A-F]+/[0-9A-F]+)")
_MIN_TIMELINE = "Min recovery ending loc's timeline"


class TargetNotReached(RecoveryFailed):
    """The WAL ended before the target. What was restored is sound, and of an earlier moment."""


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """A cluster in `folder`, stopped, read-only until promoted. Sizes are bytes."""

    folder: Path
    repository: str
    label: str
    target: Target
    started_at: datetime
    ended_at: datetime
    recovery_seconds: float  # from the start until it answered at its target
    reached_at: datetime | None  # newest commit replayed; None: none since the backup
    size: int
    wal: int  # replayed
    checks: tuple[Check, ...]
    binaries: Binaries

    @contextmanager
    def running(self) -> Iterator[Postgres]:
        """Its server, read-only at the target, stopped at the end. Raises RecoveryFailed."""
        with opened(self.folder, self.binaries) as postgres:
            yield postgres


def planned(
    repository: Repository, wish: Wish, *, binaries: Binaries, live: Path | None = None
) -> Plan:
    """What `carry_out` would do; nothing is written. Raises RecoveryFailed."""
    refuse(wish.into, live)
    return plan(
        wish,
        repository=repository.name,
        backups=repository.backups(),
        archive=repository.archive(),
        version=binaries.version,
        free=free(wish.into),
        now=datetime.now(UTC),
    )


def restore(  # noqa: PLR0913 - all of them by name
    repository: Repository,
    target: Target,
    into: Path,
    *,
    binaries: Binaries,
    say: Say,
    live: Path | None = None,
    bounds: Bounds | None = None,
) -> RestoreResult:
    """To that target, by the best backup. Raises RecoveryFailed as `carry_out` does."""
    wish = Wish(target, into)
    return carry_out(
        repository, wish, binaries=binaries, say=say, live=live, bounds=bounds
    )


def carry_out(  # noqa: PLR0913 - all of them by name
    repository: Repository,
    wish: Wish,
    *,
    binaries: Binaries,
    say: Say,
    live: Path | None = None,
    bounds: Bounds | None = None,
) -> RestoreResult:
    """Raises RecoveryFailed; what is left in `into` then says of itself what it is.

    TargetNotReached is raised for a sound cluster that ended before its target.
    """
    began, now = time.monotonic(), datetime.now(UTC)
    bounds = bounds or Bounds()
    what = planned(repository, wish, binaries=binaries, live=live)
    with claimed(wish.into, live):
        state = State(
            "unfinished",
            repository.name,
            what.backup.label,
            binaries.version,
            str(wish.target),
            repository.restore_command(),
            wish.timeline,
            now.isoformat(),
        )
        state.write(wish.into)
        work = _Work(repository, wish, what, state, binaries, account(), say, bounds)
        try:
            work.lay_out()
            postgres, stood = work.replay(began)
            work.look_at(postgres, stood)
        except (RecoveryFailed, OSError, psycopg.Error) as error:
            failure = _failure(error, wish.into)
            state.reason = failure.message[:1000]
            state.ended_at = datetime.now(UTC).isoformat()
            with suppress(OSError):  # on a full disk it stays as it was: unfinished
                state.write(wish.into)
            raise failure from error
    return RestoreResult(
        wish.into, repository.name, state.label, wish.target, now, datetime.now(UTC),
        state.recovery_seconds, stood.newest, state.size, state.wal,
        tuple(work.checks), binaries,
    )  # fmt: skip


def _failure(error: Exception, into: Path) -> RecoveryFailed:
    if isinstance(error, RecoveryFailed):
        return error
    message = f"the restore broke off: {str(error).strip()}"
    return RecoveryFailed(message, f"mend that, remove {into} and restore again")


@dataclass
class _Work:
    """The steps, in order; each leaves its findings in the state."""

    repository: Repository
    wish: Wish
    plan: Plan
    state: State
    binaries: Binaries
    owner: Account | None
    say: Say
    bounds: Bounds
    checks: list[Check] = field(default_factory=list)
    start_of_wal: int = 0

    @property
    def data(self) -> Path:
        return self.wish.into / "data"

    def lay_out(self) -> None:
        self.say(f"files of {self.state.label} …")
        # Its account's only once all is in it: no link of theirs leads what is written elsewhere.
        private_folder(self.data)
        open_way(self.data, self.owner)
        self.repository.lay_out(self.plan.backup, self.data)
        self.state.size = _owned(self.data, self.owner)
        give(self.data, self.owner)
        held = (self.data / "PG_VERSION").read_text(encoding="utf-8").strip()
        if held != str(self.binaries.version):
            message = f"the files are of PostgreSQL {held}, not {self.binaries.version}"
            raise RecoveryFailed(message, f"--postgres {held}")
        self._refuse_lack_of_wal()
        try:
            label = (self.data / "backup_label").read_text(encoding="utf-8")
            self.start_of_wal = position(_START.findall(label)[0])
        except (OSError, IndexError) as error:
            message = f"{self.state.label} has no backup_label: where its WAL begins is unknown"
            raise RecoveryFailed(
                message, "name an older backup: --backup LABEL"
            ) from error

    def _refuse_lack_of_wal(self) -> None:
        """Without what it needs to be consistent the server would wait for it."""
        backup, archive = self.plan.backup, self.repository.archive()
        command = self.state.restore_command
        if archive and (fault := fetch(command, archive.last, self.data, self.owner)):
            who = self.owner.name if self.owner else "we"
            raise RecoveryFailed(
                f"WAL cannot be fetched: {fault}",
                f"see to it that {who} can read {self.repository.name}",
            )
        size = self.bounds.segment
        first, last_needed = (
            number_of(backup.wal_start, size),
            number_of(backup.wal_stop, size),
        )
        for which in range(first, last_needed + 1):
            name = named(int(backup.wal_stop[:8], 16), which, size)
            if (self.data / "pg_wal" / name).exists():
                continue
            last = number_of(archive.last, size) if archive else -1
            if archive is None or which > last or name in archive.missing:
                raise RecoveryFailed(
                    f"{backup.label} cannot be made consistent: segment {name} is missing",
                    "name an older backup: --backup LABEL",
                )

    def replay(self, began: float) -> tuple[Postgres, Standstill]:
        with replayed(
            self.wish.into,
            binaries=self.binaries,
            owner=self.owner,
            aimed=aim(self.wish.target, self.wish.timeline),
            restore_command=self.state.restore_command,
            say=self.say,
            bounds=self.bounds,
            before=self._check_files,
        ) as (postgres, stood):
            state = self.state
            state.recovery_seconds = round(time.monotonic() - began, 3)
            state.position = stood.position
            state.wal = position(stood.position) - self.start_of_wal
            state.reached_at = stood.newest.isoformat() if stood.newest else ""
            self.say(
                f"stands still at {stood.position}, newest commit"
                f" {stood.newest or 'none since the backup'} … looking at it"
            )
            self._judge(soundness.of_running(postgres))
        return postgres, stood

    def look_at(self, postgres: Postgres, stood: Standstill) -> None:
        self._judge(soundness.of_stopped(postgres))
        soundness.to_disk(postgres)
        known = control_data(self.binaries, self.owner, self.data)
        self.state.timeline = known.get(_MIN_TIMELINE, self.state.timeline)
        short = self._short(stood)
        self.state.stage = "short" if short else "restored"
        if short:
            raise TargetNotReached(
                short,
                "to take what there is: manage.py restore --promote"
                f" {self.wish.into} --latest",
            )
        self.state.ended_at = datetime.now(UTC).isoformat()
        self.state.write(self.wish.into)

    def _check_files(self, postgres: Postgres) -> None:
        self._judge(soundness.of_files(postgres))
        ready(self.data, self.owner)

    def _judge(self, found: Iterator[Check]) -> None:
        for check in found:
            self.checks.append(check)
            self.state.checks = [each.as_dict() for each in self.checks]
            if not check.passed:
                self.state.stage = "refused"
                raise RecoveryFailed(
                    f"what was restored is broken, {check.name} says: {check.told}",
                    f"name an older backup: --backup LABEL; {self.wish.into} is not to"
                    " be used",
                )

    def _short(self, stood: Standstill) -> str:
        """Why it is not what was asked for, or nothing."""
        target, archive = self.wish.target, self.repository.archive()
        if stood.at_target:
            return ""
        missing = _missing(stood, archive, self.bounds.segment)
        came = f"it came to {told(stood.newest)}" if stood.newest else (
            "it holds no commit since the backup ended"
        )  # fmt: skip
        if target.kind == "latest":
            if not missing or self.wish.up_to_gap:
                return ""
            return f"{missing} is missing or unreadable, and more follows it; {came}"
        if missing:
            return (
                f"{target} was not reached: {missing} is missing or unreadable; {came}"
            )
        where = (
            "no such point is in the WAL" if target.name else "the WAL ends before it"
        )
        return f"{target} was not reached: {where}; {came}"


def _missing(stood: Standstill, archive: Archive | None, size: int) -> str:
    """The segment it stopped for, while the archive has later ones."""
    if archive is None:
        return ""
    here = position(stood.position) // size
    gaps = sorted(name for name in archive.missing if number_of(name, size) >= here)
    if gaps:
        return gaps[0]
    # A record may begin at the end of one segment and be cut off in the next, the last.
    if number_of(archive.last, size) > here + 1:
        return named(int(archive.last[:8], 16), here + 1, size)
    return ""


def _owned(data: Path, owner: Account | None) -> int:
    """Gives all of it to the account; its bytes. Raises RecoveryFailed for tablespaces."""
    size = 0
    # By descriptors: the account may already put a link in the place of a folder.
    for folder, folders, files, here in os.fwalk(data):
        for name in (*folders, *files):
            path = Path(folder) / name
            if path.is_symlink() and not path.resolve().is_relative_to(data.resolve()):
                # Such a link leads into the folder of the data in service.
                message = (
                    f"{path} leads out of the restored folder, to {path.resolve()}"
                )
                raise RecoveryFailed(message, "tablespaces elsewhere are not restored")
            if owner is not None:
                who = owner.uid, owner.gid
                os.chown(name, *who, dir_fd=here, follow_symlinks=False)
        size += sum(
            os.stat(name, dir_fd=here, follow_symlinks=False).st_size for name in files
        )
    return size
