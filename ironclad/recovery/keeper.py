"""Keeps the built-in mode's backups up to date while `make up` runs.

Called as `python -m ironclad.recovery.keeper LOG`. It receives WAL, packs it, and starts
`manage.py backup --automatic` when one is due. Without Django: it is there all the time.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ironclad.embedded import credentials
from ironclad.embedded.binaries import find
from ironclad.embedded.child import RotatedOutput, watch
from ironclad.embedded.environment import backup_address
from ironclad.embedded.home import CHECKOUT, home
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.folder import FolderRepository, builtin_repository
from ironclad.recovery.keeping import Policy, due
from ironclad.recovery.programs import gently
from ironclad.recovery.receiver import Receiver
from ironclad.recovery_settings import BACKUP_KEEP, BACKUP_MEGABYTES

_BEAT = 1.0  # seconds
_FIRST = 20.0  # seconds until the first look: a start is over by then
_LOOK = 30.0  # seconds between two looks at whether a backup is due
_AGAIN = 600.0  # seconds after one that failed
_PAUSE_FIRST, _PAUSE_LONGEST = 1.0, 30.0
SPACE = 300_000_000  # bytes that stay free for the database


@dataclass
class Keeper:
    """One beat at a time; `backup` starts a base backup."""

    repository: FolderRepository
    receiver: Receiver
    kept: Policy
    backup: Callable[[], subprocess.Popen[bytes]]
    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    _pause: float = _PAUSE_FIRST
    _again_at: float = 0.0
    _look_at: float = 0.0
    _running: subprocess.Popen[bytes] | None = None

    def beat(self) -> None:
        if self.clock() < self._again_at:
            return
        try:
            self.repository.prepare()
            if self.repository.free() < SPACE:
                self._wait_for_space()
                return
            self._receive()
            self.receiver.pack()
            self._back_up()
        except (RecoveryFailed, OSError) as error:
            self.say(str(error))
            self._later()

    def _wait_for_space(self) -> None:
        # What is not received waits in the database, up to max_slot_wal_keep_size.
        if self.receiver.program is not None:
            self.say(f"less than {SPACE // 1_000_000} MB are free: nothing is kept")
            self.receiver.stop()

    def _receive(self) -> None:
        if (why := self.receiver.complaint()) is not None:
            self.receiver.stop()
            self.say(f"WAL is received no more: {why}")
            self._later()
            return
        if self.receiver.program is None:
            self.receiver.start()
            self.say("WAL is received")
            self._look_at = max(self._look_at, self.clock() + _FIRST)

    def _later(self) -> None:
        self._again_at = self.clock() + self._pause
        self._pause = min(self._pause * 2, _PAUSE_LONGEST)

    def _back_up(self) -> None:
        if self._running is not None:
            if (code := self._running.poll()) is None:
                return
            self._running = None
            self._look_at = self.clock() + (_AGAIN if code else _LOOK)
        if self.clock() < self._look_at or self.receiver.program is None:
            return
        self._look_at = self.clock() + _LOOK
        self._pause = _PAUSE_FIRST  # it has run for a while
        sizes, archive = self.repository.sizes(), self.repository.archive()
        now = datetime.now(UTC)
        if why := due(self.repository.backups(), archive, sizes, now, self.kept):
            self.say(f"a backup is made: {why}")
            self._running = self.backup()

    def stop(self) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()
            self._running.wait(10)
        self.receiver.stop()


def _say(line: str) -> None:
    print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}", flush=True)  # noqa: T201


def _backup() -> subprocess.Popen[bytes]:
    command = [sys.executable, str(CHECKOUT / "manage.py"), "backup", "--automatic"]
    return subprocess.Popen(gently(command), stdin=subprocess.DEVNULL)  # noqa: S603


def main(arguments: list[str]) -> None:
    output = RotatedOutput(Path(arguments[0]))
    parent = int(os.environ["IRONCLAD_SUPERVISOR"])
    threading.Thread(target=watch, args=(output, parent), daemon=True).start()
    os.nice(10)
    place = home()
    repository = builtin_repository(place)
    address = backup_address(place, credentials.load(place.secrets))
    kept = Policy.of(BACKUP_KEEP, BACKUP_MEGABYTES)
    receiver = Receiver(repository, find(), address)
    keeper = Keeper(repository, receiver, kept, _backup, _say)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        while not ended.wait(_BEAT):
            keeper.beat()
    finally:
        keeper.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
