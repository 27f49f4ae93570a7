"""The folder of PostgreSQL's socket: private, and with a path short enough.

The kernel takes at most 107 bytes for a socket's path, and a checkout may lie deep.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from ironclad.embedded.account import Account, give
from ironclad.embedded.failure import StartError
from ironclad.embedded.home import private_folder

_LONGEST = 107  # sun_path is 108 bytes with its closing zero
_NAME = "/.s.PGSQL.5432.lock"  # the lock file beside the socket has the longest name


def socket_path(root: Path, owner: Account | None) -> Path:
    """Where the sockets of the installation at `root` are.

    In it where the path is short enough; else under XDG_RUNTIME_DIR or /tmp, under a
    name that is the same at each start.
    """
    folder = root / "run"
    if len(os.fsencode(str(folder) + _NAME)) <= _LONGEST:
        return folder
    mark = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    return _outside(owner) / f"ironclad-{os.geteuid()}-{mark}"


def socket_folder(root: Path, owner: Account | None) -> Path:
    """That folder, made and private. Raises StartError when it is somebody else's."""
    folder = socket_path(root, owner)
    _refuse_a_stranger(folder, owner)
    private_folder(folder)
    folder.chmod(0o700)
    give(folder, owner)
    return folder


def _outside(owner: Account | None) -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    # With an account of its own, PostgreSQL could not enter root's runtime folder.
    if runtime and owner is None and Path(runtime).is_dir():
        return Path(runtime)
    return Path("/tmp")  # noqa: S108 - the folder below it is private and checked


def _refuse_a_stranger(folder: Path, owner: Account | None) -> None:
    """The place is open to all: somebody may have put a folder or a link there first."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return
    ours = {os.geteuid()} | ({owner.uid} if owner else set())
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise StartError(
            f"{folder} belongs to somebody else",
            "have it removed, or use a shorter IRONCLAD_HOME (under 80 characters)",
        )
