"""One instance at a time in a folder; a second one is told who holds it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from ironclad.embedded.failure import StartError


class Lock:
    """A lock the kernel drops when its holder ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self) -> None:
        """Takes it at once. Raises StartError naming the holder when it is taken."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(descriptor, 64).decode(errors="replace").strip()
            os.close(descriptor)
            raise StartError(
                f"{self.path.parent} is in use by another Ironclad (process {holder})",
                "use that one or stop it with Ctrl-C there; for a second one: "
                "make up PORT=3001 IRONCLAD_HOME=.ironclad-2",
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
