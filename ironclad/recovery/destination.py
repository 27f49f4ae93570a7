"""The folder that a restore goes into: new, in no cluster, and one restore's alone."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ironclad.embedded.failure import StartError
from ironclad.embedded.home import private_folder
from ironclad.recovery.failure import RecoveryFailed

_LOCK = "lock"
_OTHER = "name a folder that is not there yet: --into FOLDER"


def refuse(into: Path, live: Path | None = None) -> None:
    """Raises RecoveryFailed unless `into` may be made; `live` is the data in service."""
    for above in (into, *into.parents):
        if above == live or (above / "global" / "pg_control").exists():
            message = f"{into} is the data folder {above}, or inside it"
            raise RecoveryFailed(message, f"nothing is restored in place; {_OTHER}")
    if into.is_symlink() or (into.exists() and not into.is_dir()):
        message = f"{into} is there already, and is no folder"
        raise RecoveryFailed(message, _OTHER)
    if into.exists() and any(into.iterdir()):
        if (into / _LOCK).exists():
            with held(into):
                pass
        raise RecoveryFailed(f"{into} is there already, with files in it", _OTHER)


def free(into: Path) -> int:
    """Bytes on the disk that it would be on."""
    while not into.exists():
        into = into.parent
    return shutil.disk_usage(into).free


@contextmanager
def claimed(into: Path, live: Path | None = None) -> Iterator[None]:
    """Makes the folder, private, and holds it. Raises RecoveryFailed."""
    refuse(into, live)
    try:
        private_folder(into)
    except StartError as error:
        raise RecoveryFailed(error.what, _OTHER) from error
    with held(into):
        if [each.name for each in into.iterdir()] != [_LOCK]:
            raise RecoveryFailed(f"{into} is there already, with files in it", _OTHER)
        yield


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """A lock on it that the kernel drops when its holder ends, however it ends."""
    try:
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        message = f"{folder} cannot be used: {error.strerror}"
        raise RecoveryFailed(
            message, "name a folder that a restore has made"
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(descriptor, 64).decode(errors="replace").strip()
            message = f"another restore (process {holder}) is at work in {folder}"
            raise RecoveryFailed(
                message, "wait for it, or name another folder: --into FOLDER"
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
