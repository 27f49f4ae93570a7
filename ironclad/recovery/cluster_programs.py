"""PostgreSQL's own programs, run on a restored cluster as the account that owns it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from ironclad.embedded.account import Account
from ironclad.embedded.binaries import Binaries
from ironclad.recovery.failure import RecoveryFailed


def run(
    binaries: Binaries, owner: Account | None, program: str, *options: str
) -> subprocess.CompletedProcess[str]:
    """Its exit status and what it said. Raises RecoveryFailed when it is not installed."""
    try:
        return subprocess.run(  # noqa: S603 - our own words
            [binaries.program(program), *options],
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            cwd="/",
            env=_environment(),
            user=owner.uid if owner else None,
            group=owner.gid if owner else None,
            extra_groups=[] if owner else None,
        )
    except OSError as error:
        message = f"{binaries.program(program)} does not run: {error.strerror}"
        raise RecoveryFailed(message, "install all of PostgreSQL's programs") from error


def fetch(command: str, segment: str, data: Path, owner: Account | None) -> str:
    """Runs a restore_command as the server would; what it complains of, or nothing.

    The server itself would take a command that cannot read for a segment that is not there.
    """
    probe = data / "pg_wal" / "probe"
    filled = re.sub(
        "%.",
        lambda found: {"%p": "pg_wal/probe", "%f": segment, "%r": segment}.get(
            found[0], found[0][1:]
        ),
        command,
    )
    try:
        done = subprocess.run(  # noqa: S602 # nosec B602 - the repository's own words
            filled,
            shell=True,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            cwd=data,
            env=_environment(),
            user=owner.uid if owner else None,
            group=owner.gid if owner else None,
            extra_groups=[] if owner else None,
        )
        if done.returncode:
            return last_line(done)
        return "" if probe.exists() else "it brought nothing"
    finally:
        probe.unlink(missing_ok=True)


def _environment() -> dict[str, str]:
    """As a server of ours gets it: none of PGOPTIONS and the like."""
    kept = ("PATH", "TMPDIR", "LD_LIBRARY_PATH")
    return {"LC_ALL": "C"} | {
        name: os.environ[name] for name in kept if name in os.environ
    }


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """What it complained of, in one line."""
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines()]
    return ([line for line in lines if line] or ["it gave no reason"])[-1]


def control_data(
    binaries: Binaries, owner: Account | None, data: Path
) -> dict[str, str]:
    """What `pg_control` says, by pg_controldata's words. Raises RecoveryFailed."""
    done = run(binaries, owner, "pg_controldata", str(data))
    if done.returncode:
        message = f"pg_control cannot be read: {last_line(done)}"
        raise RecoveryFailed(message, "name an older backup: --backup LABEL")
    pairs = (line.partition(":") for line in done.stdout.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}
