"""The cluster's PostgreSQL with the files of deploy/backup: it archives, and is backed up."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from ironclad.embedded.account import Account, give
from ironclad.embedded.home import CHECKOUT
from ironclad.recovery.pgbackrest import PgBackRestRepository
from tests.acceptance.harness.processes import free_port
from tests.acceptance.harness.waiting import until
from tests.stack.cluster.postgres import ClusterPostgres, cluster_postgres

FILES = CHECKOUT / "deploy" / "backup"
PLACES = ("repository", "spool", "lock")


def place(text: str, folder: Path) -> str:
    """A configuration file of the pod's, with the places of this folder."""
    for there, here in {
        "/var/lib/pgbackrest": folder / "repository",
        "/var/spool/pgbackrest": folder / "spool",
        "/tmp/pgbackrest": folder / "lock",
        "/var/lib/postgresql/data/pgdata": folder / "data",
        "/var/run/postgresql": folder / "run",
        "/run/secrets/backup-authority": folder / "tls",
        "/run/secrets/postgres-tls": folder / "tls",
        "/run/secrets/backup-tls": folder / "client",
    }.items():
        text = text.replace(there, str(here))
    return text


def variables(folder: Path) -> dict[str, str]:
    """What stands for the places that pgBackRest looks at by itself."""
    return {
        "PGBACKREST_CONFIG": str(folder / "pgbackrest" / "pgbackrest.conf"),
        "PGBACKREST_CONFIG_INCLUDE_PATH": str(folder / "pgbackrest" / "conf.d"),
    }


@dataclass
class Archived:
    postgres: ClusterPostgres

    @property
    def folder(self) -> Path:
        return self.postgres.folder

    def pgbackrest(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pgbackrest", *words], **self.identity(**more), text=True,
            capture_output=True, check=False, timeout=100,
        )  # fmt: skip

    def script(
        self, name: str, *words: str, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """One of the repository's folder."""
        return subprocess.run(
            ["bash", FILES / "repository" / name, *words], **self.identity(**more),
            text=True, capture_output=True, check=False, timeout=100,
        )  # fmt: skip

    def identity(self, **more: str) -> dict[str, Any]:
        identity = self.postgres.identity()
        ours = {
            "PGBACKREST_STANZA": "ironclad",
            "PGBACKREST_PG1_PORT": str(self.postgres.port),
        }
        return identity | {"env": identity["env"] | ours | more}

    def did(self, *words: str) -> str:
        done = self.pgbackrest(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def repository(self, **more: Any) -> PgBackRestRepository:
        folder = self.folder / "pgbackrest"
        given = {"include": folder / "conf.d", "owner": self.postgres.owner} | more
        return PgBackRestRepository(folder / "pgbackrest.conf", **given)

    def ask(self, query: str, database: str = "ironclad") -> str:
        """As the superuser, by the socket."""
        words = ["--no-psqlrc", "--tuples-only", "--no-align", "--username=postgres"]
        return self.postgres.run(
            "psql", *words, f"--dbname={database}", "--command", query
        ).strip()

    def archived(self) -> str:
        """Closes the segment of now and waits until it is in the repository; its name."""
        name = self.ask("SELECT pg_walfile_name(pg_switch_wal())")
        query = "SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver"
        until(lambda: self.ask(query) >= name, 30, f"{name} is archived")
        return name


@contextmanager
def archived_postgres(
    secrets: dict[str, dict[str, str]], repository: Path | None = None
) -> Iterator[Archived]:
    """With a stanza, before the first backup. `repository` is one that is there already."""

    def more(folder: Path, owner: Account | None) -> dict[str, str]:
        for name in ("pgbackrest", "pgbackrest/conf.d", "client", *PLACES):
            (folder / name).mkdir(mode=0o750)
        if repository is not None:
            (folder / "repository").rmdir()
            (folder / "repository").symlink_to(repository)
        _write(folder / "config" / "archive.conf", FILES / "archive.conf", folder)
        for name in ("pgbackrest.conf",):
            source = FILES / "repository" / name
            _write(folder / "pgbackrest" / name, source, folder)
        passphrases = secrets["pgbackrest"]["secrets.conf"]
        only = [line for line in passphrases.splitlines() if "repo2" not in line]
        hidden = folder / "pgbackrest" / "conf.d" / "secrets.conf"
        hidden.write_text("\n".join(only))
        hidden.chmod(0o640)
        for key, value in secrets["backup-tls"].items():
            (folder / "client" / key).write_text(value)
            (folder / "client" / key).chmod(0o640 if owner else 0o600)
        for path in (folder / "pgbackrest", hidden.parent, folder / "client"):
            _let_read(path, owner)
        for name in PLACES:
            give(folder / name, owner)
        # The disk's speed is not what is looked at.
        with (folder / "config" / "archive.conf").open("a") as file:
            file.write("fsync = off\nfull_page_writes = off\n")
        return variables(folder)

    with cluster_postgres(secrets, more) as postgres:
        found = Archived(postgres)
        found.did("stanza-create")
        yield found


def _write(target: Path, source: Path, folder: Path) -> None:
    target.write_text(place(source.read_text("utf-8"), folder))
    target.chmod(0o644)


def _let_read(folder: Path, owner: Account | None) -> None:
    """Root's, readable by the account's group, as a Secret's files are."""
    if owner:
        for path in (folder, *folder.iterdir()):
            os.chown(path, 0, owner.gid)


@contextmanager
def served(archived: Archived) -> Iterator[dict[str, str]]:
    """The server beside PostgreSQL, for this machine's name; variables of who asks it."""
    folder, port = archived.folder, str(free_port())
    certificate = archived.postgres.secrets["backend-ingress-tls"]
    for name, source in (("beside", "server.conf"), ("here", "client.conf")):
        (folder / name).mkdir(exist_ok=True)
        text = place((FILES / "repository" / source).read_text("utf-8"), folder)
        text = text.replace(f"{folder}/tls/tls", f"{folder}/beside/tls")
        text = text.replace("address=*", "address=localhost")
        text = text.replace("host=postgres", "host=localhost").replace("8432", port)
        (folder / name / source).write_text(text)
        hidden = folder / "pgbackrest" / "conf.d" / "secrets.conf"
        shutil.copy(hidden, folder / name)
    for key in ("tls.crt", "tls.key"):
        (folder / "beside" / key).write_text(certificate[key])
        (folder / "beside" / key).chmod(0o640 if archived.postgres.owner else 0o600)
    for name in ("beside", "here"):
        _let_read(folder / name, archived.postgres.owner)
    include = "PGBACKREST_CONFIG_INCLUDE_PATH"
    with (folder / "server-of-pgbackrest.log").open("wb") as log:
        server = subprocess.Popen(
            ["pgbackrest", "server"], stdout=log, stderr=log,
            **archived.identity(**{include: str(folder / "beside")}),
        )  # fmt: skip
    try:
        asks = {
            "PGBACKREST_TLS_SERVER_PORT": port,
            "PGBACKREST_TLS_SERVER_ADDRESS": "localhost",
        }
        ping = ["server-ping", "localhost"]
        until(
            lambda: archived.pgbackrest(*ping, **asks).returncode == 0, 20, "it answers"
        )
        yield asks | {
            include: str(folder / "here"),
            "PGBACKREST_PG1_HOST_CONFIG": str(
                folder / "pgbackrest" / "pgbackrest.conf"
            ),
            "PGBACKREST_PG1_HOST_CONFIG_INCLUDE_PATH": str(folder / "beside"),
            "SERVER": str(server.pid),
            "POSTGRES_TLS": str(folder / "beside"),
        }
    finally:
        server.terminate()
        server.wait(20)


@contextmanager
def restored(
    archived: Archived, data: Path, *, command: str, target: str = ""
) -> Iterator[psycopg.Connection]:
    """A server on what was laid out, after its recovery, apart from the first one."""
    (data / "recovery.signal").touch()
    give(data / "recovery.signal", archived.postgres.owner)
    sockets = Path(tempfile.mkdtemp(prefix="ironclad-restored-"))
    give(sockets, archived.postgres.owner)
    hba = sockets / "hba"
    hba.write_text("local all all trust\n")
    settings = {
        "restore_command": command, "archive_mode": "off", "listen_addresses": "",
        "unix_socket_directories": str(sockets), "hba_file": str(hba),
        "port": str(free_port()), "fsync": "off", "hot_standby": "off",
        "recovery_target_action": "promote",
        **({"recovery_target_name": target} if target else {}),
    }  # fmt: skip
    words = [f"--{name}={value}" for name, value in settings.items()]
    program = archived.postgres.binaries.program("postgres")
    with (sockets / "log").open("wb") as log:
        server = subprocess.Popen(
            [program, "-D", data, *words], **archived.postgres.identity(),
            stdout=log, stderr=log,
        )  # fmt: skip
    url = f"postgresql://postgres@/ironclad?host={sockets}&port={settings['port']}"
    try:
        with until(lambda: _connected(url), 60, "the restored server answers") as found:
            yield found
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
        shutil.rmtree(sockets)


def _connected(url: str) -> psycopg.Connection | None:
    try:
        return psycopg.connect(url, autocommit=True)
    except psycopg.OperationalError:
        return None
