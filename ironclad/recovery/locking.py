"""Who makes, removes or reads backups in a folder: one writer, or any number of readers."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ironclad.recovery.failure import RecoveryFailed


@contextmanager
def alone(path: Path, doing: str) -> Iterator[None]:
    """For whoever writes. Raises RecoveryFailed at once when somebody else is at it."""
    with _held(path, fcntl.LOCK_EX) as descriptor:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{doing} (process {os.getpid()})\n".encode())
        yield


@contextmanager
def shared(path: Path, doing: str) -> Iterator[None]:
    """For a restore: nothing is removed meanwhile, and nothing new is made."""
    with _held(path, fcntl.LOCK_SH) as descriptor:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{doing} (process {os.getpid()})\n".encode())
        yield


@contextmanager
def _held(path: Path, how: int) -> Iterator[int]:
    """The kernel drops it when its holder ends, however it ends."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        message = f"{path} cannot be opened: {error.strerror}"
        raise RecoveryFailed(message, "see to the rights of its folder") from error
    try:
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(descriptor, 200).decode(errors="replace").strip()
            message = f"{path.parent} is in use by {holder or 'somebody else'}"
            raise RecoveryFailed(message, "wait until that has ended") from error
        yield descriptor
    finally:
        os.close(descriptor)
