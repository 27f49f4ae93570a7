"""What the processes share: made by their supervisor, and gone with it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from ironclad.workers.board import Board
from ironclad.workers.inherited import Inherited
from ironclad.workers.listening import listen

_LONGEST_FOLDER = 90  # bytes; a socket's path may have 107


class Shared:
    """A context manager. Raises CannotListenError."""

    def __init__(self, host: str, port: int) -> None:
        self._listener: socket.socket = listen(host, port)
        # Of the pipe's two ends this one is never handed on: it closes when we end.
        self._lifeline, self._ours = os.pipe()
        self._board_file = Board.make()
        self.board = Board(self._board_file)
        self.folder = _folder()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close_listener()
        for descriptor in (self._lifeline, self._ours, self._board_file):
            os.close(descriptor)
        shutil.rmtree(self.folder, ignore_errors=True)

    def close_listener(self) -> None:
        """From then on the port is open for as long as one of the processes has it open."""
        self._listener.close()

    def spawn(self, slot: int) -> subprocess.Popen[bytes]:
        """The command that started us, once more, with what it inherits."""
        handed = Inherited(
            slot=slot,
            listener=self._listener.fileno(),
            lifeline=self._lifeline,
            board=self._board_file,
            folder=self.folder,
        )
        return subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, *sys.orig_argv[1:]],
            env={**os.environ, **handed.written()},
            stdin=subprocess.DEVNULL,
            pass_fds=handed.descriptors,
            # Ctrl-C reaches the supervisor alone, which lets them leave in order.
            start_new_session=True,
        )

    def socket(self, slot: int) -> Path:
        return self.folder / str(slot)

    def gone(self, slot: int) -> None:
        """The process of that slot has ended."""
        self.board.leave(slot)
        self.socket(slot).unlink(missing_ok=True)


def _folder() -> Path:
    """Private to our account."""
    made = Path(tempfile.mkdtemp(prefix="ironclad-"))
    if len(os.fsencode(made)) <= _LONGEST_FOLDER:
        return made
    made.rmdir()
    return Path(tempfile.mkdtemp(prefix="ironclad-", dir="/tmp"))  # nosec B108 - a new one, ours alone
