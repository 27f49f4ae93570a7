"""Our application on Daphne, and on uvicorn and granian where they are installed, in turns.

They are no part of what we install: `PYTHONPATH=FOLDER make bench ARGS=asgi` after
`pip install --target FOLDER -r requirements-uvicorn.txt` and `pip install --target FOLDER granian`.
What of our bounds at the socket holds there is `asgi_promises`. CPU time is of all processes.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib.util import find_spec
from typing import Self

from tests.acceptance.harness.consoles import sign_in
from tests.acceptance.harness.processes import (
    CHECKOUT,
    TRAFFIC_TOKEN,
    Server,
    Setup,
)
from tests.acceptance.harness.waiting import until
from tests.load import stage
from tests.load.consoles import SETTINGS, Crowd
from tests.load.drive import Driver
from tests.load.figures import Figure, report
from tests.load.memory import resident
from tests.load.pound import pound, request
from tests.load.sizing import cpu_seconds

ROUNDS = 2
SECONDS = 2.0
CLIENTS = 16
RATE = 40.0
CONSOLES = 100
EDGE = {"edge": "/livez", "kept": "/api/users?limit=100"}

Told = dict[str, list[float]]


class Granian(Server):
    """A replica on it, which `serve` knows nothing of."""

    def start(self) -> Self:
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "tests.load.granian_server", str(self.port)],
                env=self.setup.environment(self.port),
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self


def _pids(server: Server) -> list[int]:
    told = subprocess.run(
        ["pgrep", "-P", str(server.pid)], capture_output=True, text=True, check=False
    )
    return [server.pid, *map(int, told.stdout.split())]


def _cpu(server: Server) -> float:
    return sum(map(cpu_seconds, _pids(server)))


@contextmanager
def servers(setup: Setup) -> Iterator[dict[str, Server]]:
    on_uvicorn = replace(setup, more={**setup.more, "ASGI_SERVER": "uvicorn"})
    with ExitStack() as stack:
        servers = {"daphne": stack.enter_context(Server(setup))}
        if find_spec("uvicorn"):
            servers["uvicorn"] = stack.enter_context(Server(on_uvicorn))
        if find_spec("granian"):
            servers["granian"] = stack.enter_context(Granian(setup))
        for server in servers.values():
            until(lambda s=server: s.client.get("/api/users").is_success, 20, "users")  # type: ignore[misc]
        yield servers


def _turn(server: Server, cookie: str, told: Told) -> None:
    for name, path in EDGE.items():
        used = _cpu(server)
        seen = pound(server.port, request(path), clients=CLIENTS, seconds=SECONDS)
        told[f"{name} req/s"].append(seen.rate)
        told[f"{name} µs"].append((_cpu(server) - used) / seen.answers * 1e6)
    used = _cpu(server)
    mixed = Driver(
        server.url, rate=RATE, seconds=2 * SECONDS, token=TRAFFIC_TOKEN
    ).result()
    told["mixed ms CPU"].append((_cpu(server) - used) / mixed.sent * 1000)
    told["mixed p50 ms"].append(mixed.p50 * 1000)
    told["mixed p99 ms"].append(mixed.p99 * 1000)
    crowd = Crowd(server.url, cookie)
    used, began = _cpu(server), time.monotonic()
    asyncio.run(crowd.watch(CONSOLES, 3 * SECONDS))
    took = time.monotonic() - began
    told["consoles millicores"].append((_cpu(server) - used) / took * 1000)
    told["consoles lost"].append(crowd.lost)
    told["MiB"].append(sum(map(resident, _pids(server))))


def bench() -> Sequence[Figure]:
    told: dict[str, Told] = defaultdict(lambda: defaultdict(list))
    with (
        stage.setup(seed=False) as setup,
        servers(replace(setup, more=SETTINGS)) as running,
    ):
        cookies = {kind: sign_in(server) for kind, server in running.items()}
        for _ in range(ROUNDS):
            for kind, server in running.items():
                _turn(server, cookies[kind], told[kind])
                print(f"  {kind}: {_medians(told[kind])}", file=sys.stderr, flush=True)
    return [
        Figure(f"{what}: {kind}", f"{statistics.median(values):.1f}", "", ok=True)
        for what in told["daphne"]
        for kind, values in ((kind, told[kind][what]) for kind in told)
    ]


def _medians(told: Told) -> str:
    return ", ".join(f"{what} {statistics.median(x):.1f}" for what, x in told.items())


if __name__ == "__main__":
    sys.exit(report(bench))
