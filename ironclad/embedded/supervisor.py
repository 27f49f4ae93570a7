"""The processes that `make up` keeps alive, and the record of them on disk."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ironclad.embedded import processes
from ironclad.embedded.processes import Identity

STOP = ((signal.SIGTERM, 8.0), (signal.SIGKILL, 5.0))
_FIRST, _LONGEST = 0.5, 30.0  # seconds between an end and the next start
_HEALTHY = 60.0  # seconds of life after which the next end counts as the first


@dataclass
class Child:
    """One supervised process; started again with a growing pause when it ends."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    clock: Callable[[], float] = time.monotonic
    process: subprocess.Popen[bytes] | None = None
    _pause: float = _FIRST
    _began: float = 0.0
    _again_at: float | None = None

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    def start(self) -> None:
        self._began = self.clock()
        self._again_at = None
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            # Ctrl-C reaches us alone: we stop the children in order.
            start_new_session=True,
        )

    def tend(self) -> str | None:
        """Called often. Says what happened, or None when nothing did."""
        if self._again_at is not None:
            if self.clock() < self._again_at:
                return None
            self.start()
            return f"{self.name} started again"
        if self.process is None or (code := self.process.poll()) is None:
            return None
        if self.clock() - self._began > _HEALTHY:
            self._pause = _FIRST
        pause, self._pause = self._pause, min(self._pause * 2, _LONGEST)
        self._again_at = self.clock() + pause
        return f"{self.name} ended (exit code {code}); next start in {pause:g} s"

    def stop(self) -> None:
        self._again_at = None
        process, self.process = self.process, None
        if process is None:
            return
        for number, patience in STOP:
            if process.poll() is not None:
                return
            process.send_signal(number)
            process.send_signal(signal.SIGCONT)
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                continue


@dataclass
class Record:
    """What runs, on disk: the next start ends what a killed one left running."""

    path: Path
    port: int = 0
    serving: int = 1  # processes behind the port
    running: dict[str, Identity] = field(default_factory=dict)

    def note(self, name: str, pid: int | None) -> None:
        who = processes.identify(pid) if pid else None
        if who is not None and self.running.get(name) != who:
            self.running[name] = who
            self._write()

    def _write(self) -> None:
        held = {
            "port": self.port,
            "serving": self.serving,
            "processes": [
                {"name": name, "pid": who.pid, "started": who.started}
                for name, who in self.running.items()
            ],
        }
        draft = self.path.with_suffix(".draft")
        draft.write_text(json.dumps(held), encoding="utf-8")
        draft.replace(self.path)

    def stop_leftovers(self) -> list[str]:
        """Ends the recorded processes that still run; gives their names."""
        stopped = []
        for entry in _entries(self.path):
            who = Identity(int(entry["pid"]), str(entry["started"]))
            if processes.alive(who):
                processes.stop(who, steps=STOP)
                stopped.append(str(entry["name"]))
        return stopped

    def close(self) -> None:
        """Keeps the port for `manage.py` and forgets the processes: they ended."""
        self.running = {}
        self._write()


def _entries(path: Path) -> list[dict[str, str]]:
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["processes"])
    except (OSError, ValueError, KeyError, TypeError):
        return []


def manage(log: Path, *arguments: str) -> list[str]:
    """The command line of a `manage.py` command whose output goes to a rotated file."""
    return [sys.executable, "-m", "ironclad.embedded.child", str(log), *arguments]
