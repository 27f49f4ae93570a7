"""Runs `manage.py` as a child of `make up`: its output goes to a file that is rotated.

Called as `python -m ironclad.embedded.child LOG COMMAND …`. Ends when its parent has
ended without a word (kill -9): nobody would stop it otherwise.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

from django.core.management import execute_from_command_line

from ironclad.workers.inherited import Inherited

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

    def follow(self) -> bool:
        """Goes on in the new file where another process has put ours aside."""
        ours = os.fstat(1)
        try:
            there = self.path.stat()
        except FileNotFoundError:  # between its two steps
            return False
        if (there.st_ino, there.st_dev) == (ours.st_ino, ours.st_dev):
            return False
        self._open()
        return True

    def _aside(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")


def watch(output: RotatedOutput, parent: int) -> None:
    pause = threading.Event()
    while not pause.wait(_LOOK):
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        with suppress(OSError):  # a full disk, a folder taken away: tried again
            output.rotate()


def follow(output: RotatedOutput) -> None:
    """In one of several server processes: their supervisor is the child that is watched."""
    pause = threading.Event()
    while not pause.wait(_LOOK):
        with suppress(OSError):
            output.follow()


def main(arguments: list[str]) -> None:
    output = RotatedOutput(Path(arguments[0]))
    if Inherited.read(os.environ):
        threading.Thread(target=follow, args=(output,), daemon=True).start()
    else:
        parent = int(os.environ["IRONCLAD_SUPERVISOR"])
        threading.Thread(target=watch, args=(output, parent), daemon=True).start()
    execute_from_command_line(["manage.py", *arguments[1:]])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ironclad.settings")
    main(sys.argv[1:])
