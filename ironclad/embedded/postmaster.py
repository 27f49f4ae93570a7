"""What a killed PostgreSQL leaves in its data folder, and how it is cleared."""

from __future__ import annotations

import signal
import time
from pathlib import Path

from ironclad.embedded import processes
from ironclad.embedded.processes import Identity

_STOP = ((signal.SIGQUIT, 2.0), (signal.SIGKILL, 5.0))


def running_on(data: Path) -> Identity | None:
    """The server that runs on this data folder.

    A lock file whose number belongs to no PostgreSQL of this folder is removed:
    after a power cut the number may be another program's, and the server would refuse
    to start for ever.
    """
    file = data / "postmaster.pid"
    try:
        pid = int(file.read_text(encoding="utf-8").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None
    who = processes.identify(pid)
    if who is not None and _serves(who, data):
        return who
    file.unlink(missing_ok=True)
    return None


def _serves(who: Identity, data: Path) -> bool:
    if not Path("/proc/self").exists():
        return True  # no way to know: PostgreSQL's own check decides
    return who in set(processes.working_in(data.resolve(), "postgres"))


def leftovers(data: Path, *, patience: float) -> None:
    """Waits for the children of a dead server to leave, then ends those that stay.

    They hold its shared memory, and one that is stopped (SIGSTOP) never leaves.
    """
    end = time.monotonic() + patience
    place = data.resolve()
    for who in list(processes.working_in(place, "postgres")):
        if not processes.gone(who, max(0.0, end - time.monotonic())):
            processes.stop(who, steps=_STOP)
