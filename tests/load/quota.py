"""A share of a core for each process: a machine with fewer cores than it is asked to stand for.

By the kernel's CPU controller, version 1 or 2, where we may write it; as root mostly.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

_V1 = Path("/sys/fs/cgroup/cpu")
_V2 = Path("/sys/fs/cgroup")
# Short, so that a process that has used its share up waits a few milliseconds only.
_PERIOD = 10_000  # microseconds


def _root() -> Path | None:
    if (_V1 / "cpu.cfs_quota_us").exists() or (_V1 / "tasks").exists():
        return _V1
    controllers = _V2 / "cgroup.subtree_control"
    named = controllers.exists() and "cpu" in controllers.read_text("ascii").split()
    return _V2 if named else None


def possible() -> bool:
    root = _root()
    return root is not None and os.access(root, os.W_OK)


@contextmanager
def limited(pids: Sequence[int], share: float) -> Iterator[None]:
    """Each of the processes, with its threads, gets that share of one core and no more."""
    root = _root()
    assert root is not None
    with ExitStack() as groups:
        for pid in pids:
            groups.enter_context(_group(root, pid, share))
        yield


@contextmanager
def _group(root: Path, pid: int, share: float) -> Iterator[None]:
    group = root / f"ironclad-bench-{uuid.uuid4().hex[:8]}"
    group.mkdir()
    try:
        quota = int(share * _PERIOD)
        if root == _V1:
            (group / "cpu.cfs_period_us").write_text(str(_PERIOD))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (group / "cpu.max").write_text(f"{quota} {_PERIOD}")
        (group / "cgroup.procs").write_text(str(pid))
        yield
    finally:
        # Back to where all are: a group that holds a process cannot be removed.
        if Path(f"/proc/{pid}").exists():
            (root / "cgroup.procs").write_text(str(pid))
        group.rmdir()
