"""Where log lines go: a stream, or a file that is rotated."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Literal, Protocol, TextIO

_LARGEST = 10 * 1024 * 1024  # bytes a file
_KEPT = 3  # older files


class Sink(Protocol):
    def write(self, line: str) -> None:
        """One whole line without its end. Safe to call from any thread."""


class StreamSink:
    """Looks the standard stream up at each line: tests and servers replace it."""

    def __init__(self, stream: TextIO | Literal["stdout", "stderr"]) -> None:
        self._stream = stream

    def write(self, line: str) -> None:
        stream = self._stream
        if isinstance(stream, str):
            stream = sys.stdout if stream == "stdout" else sys.stderr
        try:
            # One call a line, or threads would mix theirs.
            stream.write(line + "\n")
            stream.flush()
        except (OSError, ValueError):
            # The reader is gone, or the disk is full: serving goes on without a log.
            return


class FileSink:
    def __init__(self, path: Path, largest: int = _LARGEST) -> None:
        self._path = path
        self._largest = largest
        self._lock = threading.Lock()
        self._file = path.open("ab", buffering=0)
        self._size = self._file.tell()

    def write(self, line: str) -> None:
        data = line.encode("utf-8", "backslashreplace") + b"\n"
        with self._lock:
            try:
                if self._size + len(data) > self._largest:
                    self._rotate()
                self._file.write(data)
                self._size += len(data)
            except OSError:
                return

    def close(self) -> None:
        self._file.close()

    def _rotate(self) -> None:
        self._file.close()
        for number in range(_KEPT - 1, 0, -1):
            older = self._numbered(number)
            if older.exists():
                older.replace(self._numbered(number + 1))
        if self._path.exists():
            self._path.replace(self._numbered(1))
        self._file = self._path.open("ab", buffering=0)
        self._size = 0

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")
