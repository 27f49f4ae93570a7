"""A repository of pgBackRest's: asked, verified and laid out by its own program."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ironclad.embedded.account import Account, give
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.pgbackrest_failure import failure
from ironclad.recovery.pgbackrest_info import (
    Info,
    archive_of,
    listed,
    repository_name,
    verified,
)
from ironclad.recovery.repository import Archive, BaseBackup

_PROGRAM = "pgbackrest"
_ASK = 600.0  # seconds that a question may take; pgBackRest's own limits are shorter
_QUIET = (
    "--log-level-console=off",
    "--log-level-stderr=error",
    "--log-level-file=off",
    "--no-log-timestamp",
)
_LARGEST = 64 * 1024 * 1024  # bytes of an answer


@dataclass
class PgBackRestRepository:
    """One of the repositories that a configuration file names.

    `include` is the folder of files with passphrases and keys, if there is one. `owner` runs the
    programs: the account that runs PostgreSQL, whose files they read and write.
    """

    config: Path
    stanza: str = "ironclad"
    include: Path | None = None
    repo: int = 1
    owner: Account | None = None
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = repository_name(self.stanza, self.repo)

    def backups(self) -> list[BaseBackup]:
        return self.info().backups(self.repo)

    def archive(self) -> Archive | None:
        info = self.info()
        identity = info.archive_id(self.repo)
        if identity is None:
            return None
        files = self._list(f"archive/{self.stanza}/{identity}")
        newest = info.backups(self.repo)[-1:]
        return archive_of(files, newest[0].wal_start[:8] if newest else "")

    def verify(self, backup: BaseBackup) -> list[str]:
        """Reads the whole repository: this version verifies no single set."""
        told = self._run("verify", "--output=text")
        problems = verified(told, backup.label)
        if "No usable" in told:
            problems.append(" ".join(told.split())[:300])
        if backup.label in self.info().damaged(self.repo):
            problems.append(
                f"backup {backup.label}: the database's own pages were bad when it was made"
            )
        return problems

    def lay_out(self, backup: BaseBackup, into: Path) -> None:
        give(into, self.owner)
        self._run(
            "restore",
            f"--set={backup.label}",
            f"--pg1-path={into}",
            "--type=none",
            patience=None,
        )
        # It asks for recovery even of that type.
        for name in ("recovery.signal", "standby.signal"):
            with suppress(FileNotFoundError):
                (into / name).unlink()

    def restore_command(self) -> str:
        # In the new server's data folder: pgBackRest asks what system its WAL is to be of. Not
        # in parallel: that would share a folder with the archiving of a server beside it.
        words = [*self._words("archive-get"), "--no-archive-async"]
        command = shlex.join(words).replace("%", "%%")
        return f'{command} --pg1-path="$(pwd)" %f "%p"'

    def info(self) -> Info:
        """Raises RecoveryFailed, too, for what is wrong with this repository."""
        info = Info(self._run("info", "--output=json"), self.stanza)
        if complaint := info.complaint(self.repo):
            raise failure(self.name, complaint)
        return info

    def used(self) -> int:
        """Bytes of all its files."""
        return sum(self._list("").values())

    def _list(self, below: str) -> dict[str, int]:
        more = [below] if below else []
        return listed(self._run("repo-ls", "--recurse", "--output=json", *more))

    def _words(self, command: str) -> list[str]:
        words = [shutil.which(_PROGRAM) or _PROGRAM, f"--config={self.config}"]
        if self.include is not None:
            words.append(f"--config-include-path={self.include}")
        if command != "repo-ls":
            words.append(f"--stanza={self.stanza}")
        if command != "info":
            words.append(f"--repo={self.repo}")
        return [*words, *_QUIET, command]

    def _run(self, command: str, *more: str, patience: float | None = _ASK) -> str:
        owner = self.owner
        try:
            done = subprocess.run(  # noqa: S603 - our own words
                [*self._words(command), *more],
                check=False,
                capture_output=True,
                cwd="/",
                env=_environment(),
                timeout=patience,
                user=owner.uid if owner else None,
                group=owner.gid if owner else None,
                extra_groups=[] if owner else None,
            )
        except FileNotFoundError as error:
            message = "there is no pgbackrest here"
            raise RecoveryFailed(
                message, "install it: apt-get install pgbackrest"
            ) from error
        except subprocess.TimeoutExpired as error:
            message = f"{self.name} does not answer within {patience:.0f} s"
            raise RecoveryFailed(message) from error
        told = done.stdout[:_LARGEST].decode(errors="replace")
        if done.returncode:
            raise failure(self.name, done.stderr.decode(errors="replace") or told)
        return told


def _environment() -> dict[str, str]:
    """With the variables that pgBackRest obeys: an option may be in one."""
    kept = ("PATH", "TMPDIR", "TZ")
    return {"LC_ALL": "C"} | {
        name: value
        for name, value in os.environ.items()
        if name in kept or name.startswith("PGBACKREST_")
    }
