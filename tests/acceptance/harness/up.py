"""One `make up`, seen as the person at the terminal sees it."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from ironclad.embedded import processes
from ironclad.embedded.processes import Identity
from tests.acceptance.harness.processes import CHECKOUT, free_port
from tests.acceptance.harness.waiting import until

READY = re.compile(
    r"Ironclad is ready: (http://127\.0\.0\.1:\d+/)  sign in: (\1enter/[\w-]{43,})"
)
_START, _STOP = 90.0, 40.0  # seconds; a shared machine may be slow
_OURS = ("DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "PORT")


def environment(home: Path, port: int, **more: str) -> dict[str, str]:
    """A shell in which nobody has set anything of ours but the folder and the port."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("IRONCLAD_", "PYTEST_")) and name not in _OURS
    }
    ours = {
        "IRONCLAD_HOME": str(home),
        "IRONCLAD_TRAFFIC_RPS": "2",
        "PORT": str(port),
        **more,
    }
    return kept | ours


def attempt(home: Path, port: int, **more: str) -> subprocess.CompletedProcess[str]:
    """A start that is expected to fail, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "ironclad.embedded.up"],
        env=environment(home, port, **more),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=_START,
    )


def two_lines(done: subprocess.CompletedProcess[str]) -> tuple[str, str]:
    """What happened and what to do: all that standard error holds."""
    assert done.returncode == 1, done
    assert "Traceback" not in done.stdout + done.stderr
    what, remedy = done.stderr.splitlines()
    assert what.startswith("✗ ")
    assert remedy.startswith("  → ")
    return what, remedy


@dataclass
class Up:
    """A running start; leaving the `with` block is a Ctrl-C."""

    home: Path
    port: int = field(default_factory=free_port)
    lines: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ironclad.embedded.up"],
            env=environment(self.home, self.port),
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._told: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            until(lambda: self.says(READY.pattern), _START, "ready")
        except AssertionError as error:
            self.__exit__(None, None, None)
            raise AssertionError("\n".join([str(error), *self.lines])) from error
        return self

    def _listen(self) -> None:
        with self.process.stdout or open(os.devnull) as out:  # noqa: PTH123
            for line in out:
                self._told.put(line.rstrip("\n"))

    def says(self, pattern: str) -> bool:
        """Whether a line that came so far matches."""
        while not self._told.empty():
            self.lines.append(self._told.get())
        return any(re.search(pattern, line) for line in self.lines)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.interrupt()

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_STOP)

    def kill(self) -> None:
        """Without a word, as a power cut or the kernel's out-of-memory killer does."""
        self.process.kill()
        self.process.wait(_STOP)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=30)

    def running(self) -> dict[str, Identity]:
        """What the record on disk says is running."""
        held = json.loads((self.home / "processes.json").read_text("utf-8"))
        found = {
            entry["name"]: Identity(int(entry["pid"]), entry["started"])
            for entry in held["processes"]
        }
        return {name: who for name, who in found.items() if processes.alive(who)}
