"""A real Redis on loopback, which can be stopped in the middle of what it does."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Self

from redis import Redis as Client
from redis import RedisError

from tests.acceptance.harness.processes import free_port
from tests.acceptance.harness.waiting import until

PASSWORD = "only-for-a-moment-of-a-test"


class Redis:
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"
        self._folder = folder
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.signal(signal.SIGCONT)
        self.kill()

    def start(self) -> None:
        with (self._folder / "redis.log").open("ab") as log:
            self._child = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment(),
            )
        until(self._ready, 10, "redis answers")

    def kill(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait(10)
            self._child = None

    def signal(self, number: int) -> None:
        if self._child is not None:
            os.kill(self._child.pid, number)

    def keys(self) -> list[str]:
        with Client.from_url(self.url, decode_responses=True) as client:
            return sorted(client.keys())

    def _command(self) -> list[str]:
        program = shutil.which("redis-server")
        assert program is not None, "no redis-server here: make test-stack brings it"
        settings = [
            ("port", str(self.port)), ("bind", "127.0.0.1"), ("save", ""),
            ("appendonly", "no"), ("requirepass", PASSWORD), ("dir", str(self._folder)),
        ]  # fmt: skip
        arguments = [word for name, value in settings for word in (f"--{name}", value)]
        return [program, *arguments]

    def _environment(self) -> dict[str, str]:
        return {**os.environ}

    def _ready(self) -> bool:
        try:
            with Client.from_url(self.url) as client:
                return bool(client.ping())
        except RedisError:
            return False
