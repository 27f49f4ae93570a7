"""Runs `manage.py` as a child of `make up`: its output goes to a file that is rotated.

Called as `python -m ironclad.embedded.child LOG COMMAND …`. Ends when its parent has
ended without a word (kill -9): nobody would stop it otherwise.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from django.core.management import execute_from_command_line

_LARGEST = 20 * 1024 * 1024  # bytes a file
_KEPT = 3  # older files
_LOOK = 1.0  # seconds


class RotatedOutput:
    """Standard output and error in one file; a full one is put aside.

    The descriptors are exchanged in this process, so that no line is lost or cut, which
    truncating the file from outside could not promise.
    """

    def __init__(self, path: Path, *, largest: int = _LARGEST) -> None:
        self.path = path
        self.largest = largest
        self._open()

    def _open(self) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        descriptor = os.open(self.path, flags, 0o600)
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        os.close(descriptor)

    def rotate(self) -> bool:
        """Puts a full file aside as .1, the one before as .2, and so on."""
        if self.path.stat().st_size < self.largest:
            return False
        for number in range(_KEPT, 0, -1):
            older = self.path if number == 1 else self._aside(number - 1)
            if older.exists():
                older.replace(self._aside(number))
        self._open()
        return True

    def _aside(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")


def _watch(output: RotatedOutput, parent: int) -> None:
    pause = threading.Event()
    while not pause.wait(_LOOK):
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        try:
            output.rotate()
        except OSError:  # a full disk, a folder taken away: tried again
            continue


def main(arguments: list[str]) -> None:
    output = RotatedOutput(Path(arguments[0]))
    parent = int(os.environ["IRONCLAD_SUPERVISOR"])
    threading.Thread(target=_watch, args=(output, parent), daemon=True).start()
    execute_from_command_line(["manage.py", *arguments[1:]])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ironclad.settings")
    main(sys.argv[1:])
