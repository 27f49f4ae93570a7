"""One started process of ours, its log, and a client to talk to it."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from tests.acceptance.harness.waiting import until

CHECKOUT = Path(__file__).resolve().parents[3]
OPERATOR_TOKEN = "acceptance-operator-" + "o" * 32
TRAFFIC_TOKEN = "acceptance-traffic-" + "t" * 32
# One line a request would bury what a failing test has to say.
logging.getLogger("httpx").setLevel(logging.WARNING)
_START = 30.0  # seconds; a shared machine may be slow
_STOP = 15.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Setup:
    """What all processes of one test share."""

    database_url: str
    home: Path
    scale: int = 60
    seed: bool = True
    more: Mapping[str, str] = field(default_factory=dict)

    def environment(self, port: int) -> dict[str, str]:
        ours = {
            "DJANGO_SETTINGS_MODULE": "ironclad.settings",
            "IRONCLAD_PROFILE": "builtin",
            "IRONCLAD_HOME": str(self.home),
            "IRONCLAD_CLOCK_SCALE": str(self.scale),
            "IRONCLAD_TRAFFIC_RPS": "0",
            "IRONCLAD_SEED_HISTORY": "on" if self.seed else "off",
            "IRONCLAD_OPERATOR_TOKEN": OPERATOR_TOKEN,
            "IRONCLAD_TRAFFIC_TOKEN": TRAFFIC_TOKEN,
            # The tests' own bursts are not what the limits are there for.
            "IRONCLAD_RATE_LIMIT": "1000000/m",
            "IRONCLAD_RATE_LIMIT_WRITE": "1000000/m",
            "IRONCLAD_RATE_LIMIT_CHAOS": "1000000/m",
            "IRONCLAD_RATE_LIMIT_EXPORT": "1000000/m",
            "SECRET_KEY": "only-for-acceptance-" + "x" * 40,
            "DATABASE_URL": self.database_url,
            "PORT": str(port),
            "LOG_LEVEL": "INFO",
            "PYTHONUNBUFFERED": "1",
            **self.more,
        }
        kept = {k: v for k, v in os.environ.items() if not k.startswith("IRONCLAD_")}
        return {**kept, **ours}

    def manage(self, *arguments: str) -> str:
        """Run one management command to its end; returns its output."""
        done = subprocess.run(
            [sys.executable, str(CHECKOUT / "manage.py"), *arguments],
            env=self.environment(1),
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def prepare(self) -> None:
        self.manage("migrate", "--verbosity=0")


class Process:
    """A child whose output goes to a file. A context manager: stopped at the end."""

    def __init__(self, name: str, setup: Setup, *arguments: str, port: int) -> None:
        self.name = name
        self.setup = setup
        self.port = port
        self.log = setup.home / f"{name}-{port}.log"
        self._arguments = arguments
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                [sys.executable, str(CHECKOUT / "manage.py"), *self._arguments],
                env=self.setup.environment(self.port),
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def kill(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait(_STOP)

    def stop(self) -> int:
        """SIGTERM, then SIGKILL; returns the exit status."""
        assert self._child is not None
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(_STOP)
            except subprocess.TimeoutExpired:
                self.kill()
        return self._child.returncode

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def tail(self, lines: int = 30) -> str:
        return "\n".join(self.log.read_text("utf-8").splitlines()[-lines:])


class Server(Process):
    """A replica: `manage.py serve`."""

    def __init__(self, setup: Setup, port: int | None = None) -> None:
        port = port or free_port()
        super().__init__("server", setup, "serve", "--port", str(port), port=port)
        self.url = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(
            base_url=self.url,
            timeout=30,
            headers={"Authorization": f"Bearer {OPERATOR_TOKEN}"},
            limits=httpx.Limits(keepalive_expiry=20),
        )

    def __enter__(self) -> Self:
        self.start()
        try:
            until(self.ready, _START, f"{self.url}/readyz answers")
            if self.setup.seed:
                until(self._has_history, _START, "the history is seeded")
        except BaseException:
            print(self.tail())  # noqa: T201 - pytest shows it with the failure
            self.stop()
            raise
        return self

    def ready(self) -> bool:
        assert self.running, f"the server ended:\n{self.tail()}"
        try:
            return self.client.get("/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()
        super().__exit__(kind, error, trace)

    def _has_history(self) -> bool:
        slos = self.client.get("/api/slo").json()["data"]["slos"]
        return bool(slos[0]["seeded"]["events"])

    def get(self, path: str) -> object:
        """The envelope's data."""
        answer = self.client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()["data"]

    def post(self, path: str, body: Mapping[str, object] | None = None) -> object:
        answer = self.client.post(path, json=dict(body or {}))
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()["data"]


class Traffic(Process):
    """The built-in traffic, aimed at one server."""

    def __init__(self, server: Server) -> None:
        command = ("traffic", "--url", server.url)
        super().__init__("traffic", server.setup, *command, port=server.port)
