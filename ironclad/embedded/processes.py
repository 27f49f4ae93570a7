"""Which process is which: a number alone may belong to another program by now."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_STEP = 0.02  # seconds between two looks


@dataclass(frozen=True, slots=True)
class Identity:
    """A process: its number and when it started (in the system's own notation)."""

    pid: int
    started: str


def identify(pid: int) -> Identity | None:
    """The living process of that number; None when there is none (or a zombie)."""
    if (_PROC / "self" / "stat").exists():
        try:
            line = (_PROC / str(pid) / "stat").read_text(encoding="utf-8")
        except OSError:
            return None
        # The name in brackets may hold blanks; the fields are counted after it.
        fields = line.rpartition(")")[2].split()
        return None if fields[0] == "Z" else Identity(pid, fields[19])
    told = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)],  # noqa: S607 - macOS
        check=False,
        capture_output=True,
        text=True,
    ).stdout.strip()
    return Identity(pid, told) if told else None


def alive(who: Identity) -> bool:
    return identify(who.pid) == who


def gone(who: Identity, within: float) -> bool:
    """Waits until the process has ended; False when it still runs after `within` s."""
    end = time.monotonic() + within
    while alive(who):
        if time.monotonic() > end:
            return False
        time.sleep(_STEP)
    return True


def stop(who: Identity, *, steps: Sequence[tuple[signal.Signals, float]]) -> bool:
    """Sends each signal in turn until the process has ended within the seconds given.

    A process that is stopped (SIGSTOP) is woken first: it could not obey otherwise.
    """
    for number, patience in steps:
        if not alive(who):
            return True
        with contextlib.suppress(ProcessLookupError):
            os.kill(who.pid, number)
            os.kill(who.pid, signal.SIGCONT)
        if gone(who, patience):
            return True
    return not alive(who)


def working_in(folder: Path, program: str) -> Iterator[Identity]:
    """The processes of that program whose working folder is `folder` (Linux only).

    A PostgreSQL server and all its children work in their data folder.
    """
    for entry in _PROC.glob("[0-9]*"):
        try:
            inside = (entry / "cwd").resolve() == folder
            # A process may have been renamed in `ps`, never in `exe`.
            same = (entry / "exe").resolve().name.split(" ")[0] == program
        except OSError:
            continue
        if inside and same and (who := identify(int(entry.name))):
            yield who
