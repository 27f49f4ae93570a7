"""failover.sh against two real PostgreSQL: a kubectl whose pods are the servers of the test."""

from __future__ import annotations

import os
import shlex
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx

from ironclad.embedded.home import CHECKOUT
from tests.acceptance.harness.processes import OPERATOR_TOKEN
from tests.stack.replication import BASE, CLONE, POD, Pod

FAILOVER = CHECKOUT / "deploy/kubernetes/failover.sh"
SCRIPTS = CLONE.parent
PRIMARY_POD = "postgres-0"
# A pod is deleted once its server is gone; that it is asked to go is the test's doing.
_KUBECTL = r"""#!/usr/bin/env bash
set -eu
echo "$*" >> "$FAKE/calls"
shift 2 # --namespace NAME
host() { case $1 in postgres) echo "$PRIMARY_HOST" ;; *) echo "$REPLICA_HOST" ;; esac; }
case $1 in
  create) printf '%s\n' "$@" | sed -n 's/^--from-literal=//p' ;;
  apply)
    rm -f "$FAKE"/marker/*
    while IFS='=' read -r key value; do host "$value" > "$FAKE/marker/$key"; done ;;
  scale) touch "$FAKE/scaled-${2#*/}-${3#*=}" ;;
  wait) [[ ! -e $FAKE/hangs ]] ;;
  delete | rollout) ;;
  exec)
    while [[ $1 != sh ]]; do shift; done
    exec env PRIMARY="$PRIMARY_HOST" sh "$SCRIPTS/$(basename "$2")" "${@:3}" ;;
  *) exit 64 ;;
esac
"""


@dataclass
class Pair:
    primary: Pod
    replica: Pod
    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.marker.mkdir()
        kubectl = self.folder / "kubectl"
        kubectl.write_text(_KUBECTL)
        kubectl.chmod(0o755)
        both = [(pod.folder / "ca.crt").read_text() for pod in self.pods]
        self.authorities.write_text("".join(both))
        self.folder.chmod(0o755)
        self.marker.chmod(0o755)

    @property
    def pods(self) -> tuple[Pod, Pod]:
        return self.primary, self.replica

    @property
    def marker(self) -> Path:
        """What the ConfigMap database-primary says."""
        return self.folder / "marker"

    @property
    def authorities(self) -> Path:
        return self.folder / "authorities.crt"

    def url(self, role: str) -> str:
        """The address with both servers, as the Secrets have it."""
        word = quote(self.primary.password(role), safe="")
        hosts = ",".join(f"{pod.host}:5432" for pod in self.pods)
        options = "target_session_attrs=read-write&sslmode=verify-full"
        place = f"{hosts}/ironclad?{options}&sslrootcert={quote(str(self.authorities))}"
        return f"postgresql://ironclad_{role}:{word}@{place}"

    def script(self, pod: Pod, name: str, *words: str, **more: str) -> str:
        """One of the component's scripts in that pod; what it said. Raises where it fails."""
        done = subprocess.run(
            ["sh", SCRIPTS / name, *words],
            env={**self._environment(pod), **more},
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            cwd="/",
            user=pod.owner.uid if pod.owner else None,
            group=pod.owner.gid if pod.owner else None,
            extra_groups=[] if pod.owner else None,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def failover(self, *words: str) -> subprocess.CompletedProcess[str]:
        ours = self._environment(self.replica) | {
            "FAKE": str(self.folder),
            "SCRIPTS": str(SCRIPTS),
            "PRIMARY_HOST": self.primary.host,
            "REPLICA_HOST": self.replica.host,
        }
        ours["PATH"] = f"{self.folder}:{ours['PATH']}"
        command = [str(FAILOVER), *words]
        return subprocess.run(
            command, env=ours, check=False, capture_output=True, text=True, timeout=90
        )

    def fence(self, pod: Pod, **more: str) -> str:
        """The init container of that pod."""
        name = PRIMARY_POD if pod is self.primary else POD
        return self.script(pod, "fence.sh", POD_NAME=name, FENCE_TRIES="1", **more)

    def _environment(self, pod: Pod) -> dict[str, str]:
        other = self.replica if pod is self.primary else self.primary
        return {
            "PATH": f"{pod.binaries.folder}:{os.environ['PATH']}",
            "PGHOST": str(pod.postgres.sockets),
            "PGDATA": str(pod.postgres.data),
            "ME": pod.host,
            "PEER": other.host,
            "FIRST": self.primary.host,
            "PRIMARY_MARKER": str(self.marker),
            "PRIMARY_CA": str(self.authorities),
            "POSTGRES_CONFIG": str(BASE / "postgresql.conf"),
            "REPLICA_RUN": str(pod.folder / "run"),
            "SUPERUSER_PASSWORD_FILE": str(pod.folder / "superuser-password"),
            "REPLICATION_PASSWORD_FILE": str(pod.folder / "replication-password"),
        }


@dataclass
class Load:
    """Requests to the service, each second one a write; kept is what was acknowledged."""

    url: str
    rate: int = 50  # a second
    acknowledged: dict[str, float] = field(default_factory=dict)  # email, when
    refused: dict[int, int] = field(default_factory=dict)  # how often each status
    asked: int = 0

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._lock = threading.Lock()

    def _ask(self, number: int, threads: int) -> None:
        headers = {"Authorization": f"Bearer {OPERATOR_TOKEN}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=15) as client:
            turn = 0
            began = time.monotonic() + number / self.rate
            while not self._over.is_set():
                turn += 1
                late = began + turn * threads / self.rate - time.monotonic()
                self._over.wait(max(0.0, late))
                email = f"{number}-{turn}@load.example"
                self._one(client, email, writes=bool((number + turn) % 2))

    def _one(self, client: httpx.Client, email: str, *, writes: bool) -> None:
        try:
            if writes:
                body = {"name": "load", "email": email}
                status = client.post("/api/users", json=body).status_code
            else:
                status = client.get("/api/users?limit=1").status_code
        except httpx.TransportError:
            status = 0
        with self._lock:
            self.asked += 1
            if status == 201:
                self.acknowledged[email] = time.monotonic()
            elif status != 200:
                self.refused[status] = self.refused.get(status, 0) + 1

    @contextmanager
    def running(self, threads: int = 10) -> Iterator[None]:
        every = [
            threading.Thread(target=self._ask, args=(number, threads), daemon=True)
            for number in range(threads)
        ]
        for thread in every:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in every:
                thread.join(20)

    def since(self, moment: float) -> list[float]:
        """When writes were acknowledged after that one, in order."""
        with self._lock:
            return sorted(at for at in self.acknowledged.values() if at > moment)


def told(command: subprocess.CompletedProcess[str]) -> str:
    assert command.returncode == 0, f"{shlex.join(command.args)}: {command.stderr}"
    return command.stdout
