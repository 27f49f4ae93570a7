"""From `make up`, the second time, to the first chart that moves."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import httpx

from tests.acceptance.harness.consoles import Console, sign_in_with
from tests.acceptance.harness.processes import CHECKOUT, free_port
from tests.load.figures import Figure, most, report

TARGET = 10.0  # seconds
_FIRST = 180.0
_READY = re.compile(r"Ironclad is ready: (\S+)/ +sign in: (\S+)")


class MakeUp:
    """One `make up` in its own folder."""

    def __init__(self, home: Path, port: int) -> None:
        unset = ("IRONCLAD_", "DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(unset)}
        self._child = subprocess.Popen(
            ["make", "--no-print-directory", "up"],
            env={**kept, "IRONCLAD_HOME": str(home), "PORT": str(port)},
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl-C reaches a terminal's whole group
        )

    def ready(self) -> tuple[str, str]:
        """The address and the one-time link of the last line."""
        told: IO[str] | None = self._child.stdout
        assert told is not None
        lines = []
        for line in told:
            lines.append(line)
            if found := _READY.search(line):
                return found[1], found[2]
        raise AssertionError("".join(lines))

    def stop(self) -> None:
        os.killpg(self._child.pid, signal.SIGINT)
        try:
            self._child.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self._child.pid, signal.SIGKILL)


async def _moving(url: str, cookie: str) -> None:
    """Until a second snapshot brings a newer point than the first, with traffic in it."""
    console = await Console.connect(url, cookie)
    first = None
    while True:
        snapshot: Any = await console.snapshot()
        points = [point for point in snapshot["points"] if point["n"]]
        if points and first is not None and points[-1]["t"] > first:
            console.close()
            return
        if points and first is None:
            first = points[-1]["t"]


def bench() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory(prefix="ironclad-start-") as folder:
        port = free_port()
        first = MakeUp(Path(folder) / "home", port)
        first.ready()
        first.stop()
        began = time.monotonic()
        second = MakeUp(Path(folder) / "home", port)
        try:
            url, link = second.ready()
            up = time.monotonic() - began
            with httpx.Client(base_url=url, timeout=30) as browser:
                cookie = sign_in_with(browser, link.removeprefix(url))
            asyncio.run(asyncio.wait_for(_moving(url, cookie), 60))
            took = time.monotonic() - began
        finally:
            second.stop()
    print(f"  ready after {up:.1f} s", file=sys.stderr)
    return [most("second start to first moving chart", took, TARGET, "s")]


if __name__ == "__main__":
    sys.exit(report(bench))
