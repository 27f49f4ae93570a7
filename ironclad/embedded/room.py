"""What a start needs of the machine: a free port and space on the disk."""

from __future__ import annotations

import errno
import shutil
import socket
from pathlib import Path

from ironclad.embedded.failure import StartError
from ironclad.workers.bounds import MOST_PROCESSES

LOOPBACK = "127.0.0.1"
_MEGABYTE = 1024 * 1024


def port_of(text: str) -> int:
    """PORT from the environment; 3000 without it."""
    text = text.strip()
    if not text:
        return 3000
    digits = text.isascii() and text.isdigit()
    if not digits or not 1 <= int(text) <= 65535:  # noqa: PLR2004
        raise StartError(
            f"PORT is {text!r}", "give a number from 1 to 65535, or leave it out"
        )
    return int(text)


def processes_of(text: str) -> int:
    """WEB_PROCESSES from the environment; 1 without it."""
    text = text.strip()
    if not text:
        return 1
    digits = text.isascii() and text.isdigit()
    if not digits or not 1 <= int(text) <= MOST_PROCESSES:
        raise StartError(
            f"WEB_PROCESSES is {text!r}",
            f"give a number from 1 to {MOST_PROCESSES}, or leave it out",
        )
    return int(text)


def check_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the server binds: a port in TIME_WAIT after a restart is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                what = f"port {port} is reserved for root"
            else:
                what = f"port {port} is taken by another program"
            raise StartError(
                what,
                "stop that program, or choose another port: "
                f"make up PORT={min(port + 1, 65535)}",
            ) from error


def check_disk(place: Path, *, megabytes: int) -> None:
    """`place` or the nearest folder above it that exists needs that much space."""
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free // _MEGABYTE
    if free < megabytes:
        raise StartError(
            f"only {free} MB are free on the disk of {place}; {megabytes} are needed",
            "free some space, or name another disk: make up IRONCLAD_HOME=/some/folder",
        )
