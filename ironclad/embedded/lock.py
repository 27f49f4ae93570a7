"""One instance at a time in a folder; a second one is told who holds it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TextIO

from ironclad.embedded.failure import StartError


class Lock:
    """A lock the kernel drops when its holder ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO | None = None

    def take(self) -> None:
        """Takes it at once. Raises StartError naming the holder when it is taken."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        file = os.fdopen(descriptor, "r+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = file.read().strip() or "unknown"
            file.close()
            raise StartError(
                f"{self.path.parent} is in use by another Ironclad (process {holder})",
                "use that one or stop it with Ctrl-C there; for a second one: "
                "make up PORT=3001 IRONCLAD_HOME=.ironclad-2",
            ) from error
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
