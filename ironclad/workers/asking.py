"""The question that the supervisor has for a process: whether it is ready."""

from __future__ import annotations

import socket
from pathlib import Path

READY = b"ready"
_PATIENCE = 1.0  # seconds


def missing(place: Path) -> str | None:
    """Why the process that listens there is not ready; "" when it is; None: no answer."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
        asked.settimeout(_PATIENCE)
        try:
            asked.connect(str(place))
            asked.sendall(READY + b"\n")
            told = b""
            while part := asked.recv(4096):
                told += part
        except OSError:
            return None
    # An answer that was cut off has no first line.
    return told.decode(errors="replace").partition("\n")[2] if b"\n" in told else None
