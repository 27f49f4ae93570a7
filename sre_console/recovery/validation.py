"""A validation: the newest backup restored into a scratch cluster, and that held to its source."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from ironclad.embedded.failure import StartError
from ironclad.recovery import checking
from ironclad.recovery.checking import Check, Cluster, Running, checked
from ironclad.recovery.comparing import Compared, compare, lost_seconds, newest
from ironclad.recovery.counting import Counts, Table, count, prepare
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.marking import Mark, mark, may_mark
from ironclad.recovery.repository import Repository
from ironclad.recovery.target import LATEST, Target, at_name
from sre_console.recovery.recording import Restored

_ARCHIVED_WITHIN = 90.0  # seconds: archive_timeout and a retry
_MARGIN = timedelta(seconds=60)  # a row may be committed later than its moment says
_STEP = 0.2
_WRONG = (
    RecoveryFailed,
    StartError,
    psycopg.Error,
    OSError,
    subprocess.SubprocessError,
)


class OutOfTime(Exception):  # noqa: N818 - not an error of a check: it ends all of them
    """The validation has a deadline, and it is over."""


Restoring = Callable[[Repository, Target, Path], AbstractContextManager[Running]]
Smoke = Callable[[Cluster, float], list[Check]]


@dataclass
class Validation:
    """One of them. `source` is a conninfo, None where there is nothing to compare with."""

    repository: Repository
    restoring: Restoring
    smoke: Smoke
    into: Path
    tables: Sequence[Table]
    source: str | None
    database: str
    say: Callable[[str], None]
    within: float  # seconds for each of its steps
    _checks: list[Check] = field(default_factory=list)
    _compared: list[Compared] = field(default_factory=list)

    def run(self) -> Restored:
        """Never raises for what is wrong with a backup: that is the result's reason."""
        begun = Restored(
            kind="validation", repository=self.repository.name, target="latest",
            started_at=datetime.now(UTC), ended_at=datetime.now(UTC),
        )  # fmt: skip
        try:
            done = self._through(begun)
            reason = _reason(self._checks)
        except (*_WRONG, OutOfTime) as error:
            done = replace(begun, label=self._label())
            told = checking.short(str(error) or type(error).__name__)
            reason = " · ".join(filter(None, (told, _reason(self._checks))))
        return replace(
            done,
            ended_at=datetime.now(UTC),
            reason=reason,
            checks=[check.document() for check in self._checks],
            counts={each.table: each.document() for each in self._compared},
        )

    def _label(self) -> str:
        try:
            return self.repository.backups()[-1].label
        except (*_WRONG, IndexError):
            return ""

    def _through(self, begun: Restored) -> Restored:
        backups = self.repository.backups()
        if not backups:
            message = f"{self.repository.name} holds no backup"
            raise RecoveryFailed(message, "make one: manage.py backup")
        self._note(checking.stored_files(self.repository, backups[-1]))
        marked = self._marked()
        before = marked.counts if marked else self._count_source()
        target = at_name(marked.name) if marked else LATEST
        self.say(f"restoring {backups[-1].label} up to {target}")
        with self.restoring(self.repository, target, self.into) as running:
            self.say(f"it answers after {running.seconds:.1f} s")
            # Nothing must have written to it before it is counted.
            restored = self._count(running.cluster, None)
            self._hold(running, restored, before, marked)
            self._look(running.cluster)
        return replace(
            begun,
            label=running.label,
            target=str(target),
            recovery_seconds=running.seconds,
            reached_at=running.reached_at or newest(restored),
            lost_seconds=lost_seconds(before, restored) if before else None,
            size=running.size,
            wal=running.wal,
        )

    def _note(self, check: Check) -> None:
        self._checks.append(check)
        self.say(f"{'✓' if check.passed else '✗'} {check.name}: {check.told}")

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.source or "", autocommit=True, connect_timeout=5)

    def _marked(self) -> Mark | None:
        """A point of the source that the repository has the WAL of; None where none can be."""
        if self.source is None or self.repository.archive() is None:
            return None
        with self._connect() as connection:
            if not may_mark(connection):
                self.say(
                    "this role may not name restore points: compared with a margin"
                )
                return None
        made = mark(self._connect, self.tables, within=self.within)
        arrived = checked("archiving", lambda: self._arrived(made))
        self._note(arrived)
        return made if arrived.passed else None

    def _arrived(self, made: Mark) -> str:
        began = time.monotonic()
        while time.monotonic() - began < _ARCHIVED_WITHIN:
            archive = self.repository.archive()
            if archive is not None and archive.last >= made.segment:
                took = time.monotonic() - began
                return f"WAL up to {made.name} was kept after {took:.1f} s"
            time.sleep(_STEP)
        message = f"{made.segment} is not in {self.repository.name}"
        raise RecoveryFailed(message, "see why: pg_stat_archiver, the server's log")

    def _count_source(self) -> Counts:
        if self.source is None:
            return {}
        with self._connect() as connection:
            return self._counted(connection, None)

    def _count(self, cluster: Cluster, until: datetime | None) -> Counts:
        with cluster.connect(self.database) as connection:
            return self._counted(connection, until, digest=1 << 26)

    def _counted(
        self,
        connection: psycopg.Connection,
        until: datetime | None,
        *,
        digest: int = 0,
    ) -> Counts:
        prepare(connection, within=self.within)
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        counts = count(connection, self.tables, digest_up_to=digest, until=until)
        connection.execute("ROLLBACK")
        return counts

    def _hold(
        self, running: Running, restored: Counts, before: Counts, marked: Mark | None
    ) -> None:
        """The restored against its source, as exactly as is known."""
        if self.source is None:
            return

        def look() -> str:
            if marked is not None and marked.exact:
                what = "as they were at the very point restored to"
                self._compared = compare(self.tables, before, restored, how="exact")
            elif marked is not None:
                what = "as they were moments before the point restored to"
                self._compared = compare(self.tables, before, restored, how="near")
            else:
                what = self._hold_near(running, restored)
            wrong = [f"{each.table}: {each.why}" for each in self._compared if each.why]
            if wrong:
                raise RecoveryFailed(checking.told(wrong))
            return f"{len(self._compared)} tables {what}"

        self._note(checked("rows", look))

    def _hold_near(self, running: Running, restored: Counts) -> str:
        """The source went on: rows of before the newest restored one are counted on both sides."""
        reached = newest(restored)
        if reached is None:
            raise RecoveryFailed("no table has a row with a moment")  # noqa: EM101, TRY003
        until = reached - _MARGIN
        one = self._count(running.cluster, until)
        with self._connect() as connection:
            other = self._counted(connection, until)
        self._compared = compare(self.tables, other, one, how="near")
        return (
            f"of before {until:%Y-%m-%d %H:%M:%S}+00, those that also shrink within 5 %"
        )

    def _look(self, cluster: Cluster) -> None:
        for look in (checking.every_page, checking.tables_and_indexes):
            self._note(look(cluster, within=self.within))
        for check in self.smoke(cluster, self.within):
            self._note(check)


def _reason(checks: Sequence[Check]) -> str:
    failed = [f"{check.name}: {check.told}" for check in checks if not check.passed]
    return " · ".join(failed)
