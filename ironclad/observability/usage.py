"""What this process and its machine use, as the kernel counts it. None: it does not say.

CPU seconds and resident bytes of the process are on /metrics by the Prometheus library itself.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_IDLE = (3, 4)  # columns of the line "cpu": idle, and waiting for a disk
_COUNTED = 8  # columns; what follows is counted in them already
_STATM, _STAT = Path("/proc/self/statm"), Path("/proc/stat")
_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Machine:
    """Ticks of all its cores since the start."""

    busy: int
    all: int


def cpu_seconds() -> float:
    """Of this process with its threads, since its start."""
    return time.process_time()


def resident_bytes() -> int | None:
    try:
        return int(_STATM.read_text().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return None


def machine() -> Machine | None:
    """Of the whole machine, other programs and the database's included."""
    try:
        with _STAT.open() as file:
            ticks = [int(word) for word in file.readline().split()[1 : _COUNTED + 1]]
    except (OSError, ValueError):
        return None
    if len(ticks) < _COUNTED:
        return None
    total = sum(ticks)
    return Machine(busy=total - sum(ticks[column] for column in _IDLE), all=total)


def cores(cgroup: Path = _CGROUP) -> float:
    """What this process may use: those it may run on, or less where a container is held down."""
    there = float(cores_there())
    try:
        quota, period = (cgroup / "cpu.max").read_text().split()
        return min(there, int(quota) / int(period))
    except (OSError, ValueError):  # no such file, or "max"
        return there


def cores_there() -> int:
    """That this process may run on."""
    with suppress(AttributeError):  # macOS has no such function
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_limit(cgroup: Path = _CGROUP) -> int | None:
    """Bytes at which the container is ended; None: no bound of its own."""
    try:
        return int((cgroup / "memory.max").read_text())
    except (OSError, ValueError):
        return None
