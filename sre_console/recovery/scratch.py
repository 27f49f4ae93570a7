"""A private folder for one validation: one at a time, with room, and gone at the end.

It goes away on Ctrl-C and SIGTERM too. What a `kill -9` left (a folder, a server in it) is
cleared by the next validation, which knows by its lock that nobody uses it.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from ironclad.embedded import processes
from ironclad.embedded.account import account, open_way
from ironclad.embedded.failure import StartError
from ironclad.embedded.home import private_folder
from ironclad.embedded.lock import Lock
from ironclad.embedded.postmaster import leftovers, running_on
from ironclad.recovery.failure import RecoveryFailed
from sre_console.recovery.validation import OutOfTime

_PREFIX = "validation-"
_LOCK = "validation.lock"
_SHARE, _LEAST = 1.2, 256 * 1024 * 1024  # beside the files: WAL, temporary files
_STOP = ((signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))


def default_place() -> Path:
    """Below the system's temporary folder, private to this user."""
    return Path(tempfile.gettempdir()) / f"ironclad-validations-{os.geteuid()}"


@contextmanager
def scratch_folder(place: Path, *, size: int) -> Iterator[Path]:
    """An empty folder below `place` for a cluster of so many bytes.

    Raises RecoveryFailed when another validation has the place, or its disk is too full.
    """
    try:
        _refuse_a_strangers(place)  # before its rights are changed
        private_folder(place)
        _refuse_a_strangers(place)
    except StartError as error:
        raise RecoveryFailed(
            error.what, "name another folder: --into FOLDER"
        ) from error
    lock = Lock(place / _LOCK)
    try:
        lock.take()
    except StartError as error:
        message = f"another validation works in {place}"
        raise RecoveryFailed(message, "wait for it, or end it with Ctrl-C") from error
    with ExitStack() as undo:
        undo.callback(lock.release)
        for left in place.glob(f"{_PREFIX}*"):
            clear(left)
        _need_room(place, size)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
        undo.callback(clear, folder)
        open_way(folder / "x", account())
        yield folder


def _refuse_a_strangers(place: Path) -> None:
    """The folder above may be open to all: somebody may have been there first."""
    if place.is_symlink() or (place.exists() and place.stat().st_uid != os.geteuid()):
        message = f"{place} belongs to somebody else"
        raise RecoveryFailed(message, "name another folder: --into FOLDER")


def clear(folder: Path) -> None:
    """Ends whatever serves from it, and takes it away."""
    for found in folder.rglob("postmaster.pid"):
        server = running_on(found.parent)
        if server is not None:
            processes.stop(server, steps=_STOP)
        leftovers(found.parent, patience=1.0)
    shutil.rmtree(folder, ignore_errors=True)


def _need_room(place: Path, size: int) -> None:
    needed = int(size * _SHARE) + _LEAST
    free = shutil.disk_usage(place).free
    if free < needed:
        message = f"{free >> 20} MiB are free on the disk of {place}; {needed >> 20} are needed"
        raise RecoveryFailed(message, "free some space, or name another disk: --into")


@contextmanager
def stopped_in_order(seconds: float) -> Iterator[None]:
    """SIGTERM, and the end of the time, leave by an exception, so that all is taken away."""

    def late(_number: int, _frame: FrameType | None) -> NoReturn:
        message = f"the validation was not done after {seconds:.0f} s"
        raise OutOfTime(message)

    def ended(number: int, _frame: FrameType | None) -> NoReturn:
        # A second one must not cut the clearing short.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise SystemExit(128 + number)

    before = {
        signal.SIGTERM: signal.signal(signal.SIGTERM, ended),
        signal.SIGINT: signal.signal(signal.SIGINT, ended),
        signal.SIGALRM: signal.signal(signal.SIGALRM, late),
    }
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
