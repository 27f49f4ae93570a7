"""PostgreSQL 15 with the files and words of the StatefulSet, in folders of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from ironclad.embedded.account import Account, account, open_way
from ironclad.embedded.binaries import Binaries, find
from tests.acceptance.harness.processes import free_port
from tests.acceptance.harness.waiting import until
from tests.stack.cluster import manifests

FILES = manifests.KUBERNETES / "base" / "postgres"


@dataclass
class ClusterPostgres:
    folder: Path
    secrets: dict[str, dict[str, str]]
    container: dict[str, Any]
    port: int
    binaries: Binaries
    owner: Account | None
    variables: dict[str, str] = field(default_factory=dict)

    def url(self, address: str, **more: str) -> str:
        """An address of the Secrets, for this server: what is checked stays the same."""
        found = address.replace("@postgres:5432/", f"@postgres:{self.port}/")
        found = found.replace("/run/secrets/database", str(self.folder / "tls"))
        options = {"hostaddr": "127.0.0.1", **more}
        return found + "".join(f"&{key}={value}" for key, value in options.items())

    def url_of(self, role: str, **more: str) -> str:
        return self.url(self.secrets[f"database-{role}"]["url"], **more)

    def url_as(self, role: str, password: str) -> str:
        app = self.secrets["postgres"]["app-password"]
        return self.url_of("app").replace(f"ironclad_app:{app}", f"{role}:{password}")

    def initialise(self) -> None:
        """As the image's entry does it: initdb, then the scripts by the socket."""
        variables = {v["name"]: v.get("value", "") for v in self.container["env"]}
        self.run(
            "initdb",
            f"--pwfile={self.folder}/postgres/superuser-password",
            "--username=postgres",
            *variables["POSTGRES_INITDB_ARGS"].split(),
        )

    def make_roles(self) -> None:
        """The scripts of the image's init folder, in the order of their names."""
        (init,) = (
            thing
            for thing in manifests.of_kind(manifests.KUBERNETES / "base", "ConfigMap")
            if thing["metadata"]["name"].startswith("postgres-init-")
        )
        words = ["--no-psqlrc", "--no-password", "--username=postgres"]
        words += ["--dbname=postgres", "--set=ON_ERROR_STOP=1"]
        for name in sorted(init["data"]):
            script = str(self.folder / "config" / name)
            self.run("psql", *words, "--file", script)

    def command(self) -> list[str]:
        """The container's arguments, with places and port of this machine."""
        config = self.folder / "config"
        (program, *arguments) = self.container["args"]
        places = {
            "hba_file": config / "pg_hba.conf",
            "ident_file": config / "pg_ident.conf",
            "ssl_cert_file": self.folder / "tls" / "tls.crt",
            "ssl_key_file": self.folder / "tls" / "tls.key",
            "unix_socket_directories": self.folder / "run",
            "port": self.port,
            "listen_addresses": "127.0.0.1",
        }
        words = [word.replace("/etc/postgresql", str(config)) for word in arguments]
        words += [f"--{name}={value}" for name, value in places.items()]
        return [self.binaries.program(program), *words]

    def run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [self.binaries.program(program), *arguments], **self.identity(), text=True,
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stdout}\n{done.stderr}"
        return str(done.stdout)

    def identity(self) -> dict[str, Any]:
        """Who runs the server's programs, where, and with which environment."""
        password = self.secrets["postgres"]["superuser-password"]
        environment = {
            "PATH": f"{self.binaries.folder}:{os.environ['PATH']}",
            "LC_ALL": "C",
            "PGDATA": str(self.folder / "data"),
            "PGHOST": str(self.folder / "run"),
            "PGPORT": str(self.port),
            "PGPASSWORD": password,
            "POSTGRES_SECRETS": str(self.folder / "postgres"),
            "POSTGRES_TLS": str(self.folder / "tls"),
            "TMPDIR": str(self.folder / "run"),
        } | self.variables
        found: dict[str, Any] = {"env": environment, "cwd": "/"}
        if self.owner:
            found |= {"user": self.owner.uid, "group": self.owner.gid}
            found["extra_groups"] = []
        return found

    def log(self) -> str:
        return (self.folder / "server.log").read_text()

    def answers(self) -> bool:
        # The image's own look; it exits with 0 where connections are taken.
        done = subprocess.run(
            [self.binaries.program("pg_isready"), "--quiet", "--username=postgres"],
            **self.identity(),
            check=False,
        )
        return done.returncode == 0


def lay_out(folder: Path, secrets: dict[str, dict[str, str]]) -> Account | None:
    """The volumes, with the owner and mode that a pod's have: root's, readable by its group."""
    folder.chmod(0o755)
    owner = account()
    shutil.copytree(FILES, folder / "config")
    ident = folder / "config" / "pg_ident.conf"
    account_here = pwd.getpwuid(owner.uid if owner else os.getuid()).pw_name
    ident.write_text(ident.read_text().replace("postgres ", f"{account_here} "))
    for name, keys in (
        ("postgres", secrets["postgres"]),
        ("tls", secrets["postgres-tls"]),
    ):
        (folder / name).mkdir()
        for key, value in keys.items():
            file = folder / name / key
            file.write_text(value)
            file.chmod(0o640 if owner else 0o600)
            if owner:
                os.chown(file, 0, owner.gid)
    (folder / "tls" / "ca.crt").chmod(0o644)
    for name in ("data", "run"):
        (folder / name).mkdir(mode=0o700)
        if owner:
            os.chown(folder / name, owner.uid, owner.gid)
    open_way(folder / "data", owner)
    return owner


@contextmanager
def cluster_postgres(
    secrets: dict[str, dict[str, str]],
    more: Callable[[Path, Account | None], dict[str, str]] = lambda _f, _o: {},
) -> Iterator[ClusterPostgres]:
    """With `more`, which is given the folder: it adds files, and variables of the server's."""
    folder = Path(tempfile.mkdtemp(prefix="ironclad-cluster-"))
    owner = lay_out(folder, secrets)
    variables = more(folder, owner)
    (found,) = manifests.of_kind(manifests.KUBERNETES / "base", "StatefulSet")
    (container,) = found["spec"]["template"]["spec"]["containers"]
    made = ClusterPostgres(
        folder, secrets, container, free_port(), find(15), owner, variables
    )
    made.initialise()
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            made.command(), **made.identity(), stdout=log, stderr=log
        )
    try:
        until(made.answers, 20, "PostgreSQL answers")
        made.make_roles()
        yield made
    finally:
        server.send_signal(signal.SIGINT)  # the image's stop signal
        server.wait(20)
        shutil.rmtree(folder)


def refused(url: str) -> str:
    """Why nobody gets in by that address."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        return str(error)
    return ""
