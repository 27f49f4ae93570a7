"""The cluster's two PostgreSQL on loopback, by the files that their pods mount."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ironclad.embedded.account import account, give, open_way
from ironclad.embedded.binaries import Binaries, find
from ironclad.embedded.home import CHECKOUT
from ironclad.embedded.postgres import Postgres
from tests.integration.rotation import certificate

BASE = CHECKOUT / "deploy/kubernetes/base/postgres"
CLONE = (
    CHECKOUT
    / "deploy/kubernetes/components/streaming-replica/postgres-replica/clone.sh"
)
POD, SLOT = "postgres-replica-0", "postgres_replica_0"
_PASSWORDS = ("owner", "app", "exporter", "replication", "superuser")
_numbers = itertools.count()


def _address() -> str:
    # An address of its own instead of a port: the whole of 127.0.0.0/8 is this machine.
    mark = os.getpid()
    return f"127.{210 + next(_numbers) % 40}.{mark // 250 % 250}.{1 + mark % 250}"


@dataclass
class Pod:
    """A folder with what the pod mounts, and its server once it is started."""

    folder: Path
    binaries: Binaries
    host: str = field(default_factory=_address)

    def __post_init__(self) -> None:
        self.owner = account()
        open_way(self.folder / "data", self.owner)
        self.folder.chmod(0o755)
        for name in ("run", "data"):
            (self.folder / name).mkdir()
            give(self.folder / name, self.owner)
        certificate.write(self.folder, self.host)
        give(self.folder / "server.pem", self.owner)
        (self.folder / "server.pem").chmod(0o600)
        for name in _PASSWORDS:
            # Letters that a password file and a setting would take for their own.
            (self.folder / f"{name}-password").write_text(f"{name}:'\\-secret")
        self.postgres = self.server(BASE / "postgresql.conf")

    def server(self, config: Path) -> Postgres:
        pem = str(self.folder / "server.pem")
        return Postgres(
            binaries=self.binaries,
            data=self.folder / "data" / "pgdata",
            sockets=self.folder / "run",
            log=self.folder / "log",
            password=self.password("superuser"),
            owner=self.owner,
            settings={
                "config_file": str(config),
                "hba_file": str(BASE / "pg_hba.conf"),
                "listen_addresses": self.host,
                "ssl_cert_file": pem,
                "ssl_key_file": pem,
                "max_connections": "335",
                "logging_collector": "off",
                "fsync": "off",
                "wal_retrieve_retry_interval": "200ms",
                "max_wal_size": "32MB",
                "min_wal_size": "32MB",
                "wal_keep_size": "0",
                "max_slot_wal_keep_size": "32MB",
            },
        )

    def password(self, name: str) -> str:
        return (self.folder / f"{name}-password").read_text()

    def ask(self, statement: str, *values: str) -> list[tuple[object, ...]]:
        """As the superuser, in the product's database."""
        with self.postgres.connect("ironclad") as connection:
            found = connection.execute(statement.encode(), values or None)
            return found.fetchall() if found.description else []


@contextmanager
def pods(count: int) -> Iterator[list[Pod]]:
    """Folders for so many, all under PostgreSQL 15; what runs is stopped at the end."""
    root = Path(tempfile.mkdtemp(prefix="ironclad-replica-"))
    made: list[Pod] = []
    try:
        for number in range(count):
            folder = root / str(number)
            folder.mkdir()
            made.append(Pod(folder, find(15)))
        yield made
    finally:
        for pod in reversed(made):
            pod.postgres.stop()
        shutil.rmtree(root, ignore_errors=True)


def start_primary(pod: Pod) -> None:
    pod.postgres.initialise()
    pod.postgres.start()
    environment = {
        **os.environ,
        "POSTGRES_SECRETS": str(pod.folder),
        "PGPASSWORD": pod.postgres.password,
    }
    subprocess.run(
        [
            *(
                pod.binaries.program("psql"),
                "-X",
                "-q",
                "-h",
                str(pod.postgres.sockets),
            ),
            *("-U", "postgres", "-f", str(BASE / "roles.sql")),
        ],
        env=environment,
        check=True,
        capture_output=True,
    )
    pod.ask("CREATE TABLE noted (what text)")


def clone(
    pod: Pod, primary: Pod, *, authority: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the init container's script, as the pod's user."""
    environment = {
        "PATH": f"{pod.binaries.folder}:{os.environ['PATH']}",
        "POD_NAME": POD,
        "PGDATA": str(pod.postgres.data),
        "PRIMARY": primary.host,
        "PRIMARY_CA": str(authority or primary.folder / "ca.crt"),
        "REPLICATION_PASSWORD_FILE": str(pod.folder / "replication-password"),
        "POSTGRES_CONFIG": str(BASE / "postgresql.conf"),
        "REPLICA_RUN": str(pod.folder / "run"),
    }
    who = pod.owner
    return subprocess.run(
        ["sh", CLONE],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd="/",
        user=who.uid if who else None,
        group=who.gid if who else None,
        extra_groups=[] if who else None,
    )


def start_replica(pod: Pod, primary: Pod) -> str:
    """Both containers, one after the other; what the first one said."""
    done = clone(pod, primary)
    assert done.returncode == 0, done.stderr
    pod.postgres = pod.server(pod.folder / "run" / "postgresql.conf")
    (pod.folder / "log").mkdir(exist_ok=True)
    give(pod.folder / "log", pod.owner)
    pod.postgres.start()
    return done.stdout + done.stderr
