"""One private PostgreSQL: made, started, healed and stopped by us.

It listens on a socket in a private folder and nowhere else, and asks for a password
even there.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from ironclad.embedded import processes
from ironclad.embedded.account import Account, give, make_readable, open_way
from ironclad.embedded.binaries import Binaries
from ironclad.embedded.failure import StartError
from ironclad.embedded.home import private_folder
from ironclad.embedded.postmaster import leftovers, running_on

SUPERUSER = "postgres"
# Fast shutdown, then immediate (recovery at the next start), then without asking.
_STOP = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
_START = 120.0  # seconds: recovery after a crash may have to read a lot
_ORPHANS = 3.0  # seconds that orphans get to leave by themselves
_STEP = 0.03
_REFUSED = "its password is not the one in secrets.json"
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u ",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",  # seven files, written over week by week
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
}


@dataclass
class Postgres:
    """A cluster in `data`; `password` is its superuser's."""

    binaries: Binaries
    data: Path
    sockets: Path
    log: Path
    password: str
    owner: Account | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    opened: list[Path] = field(default_factory=list)  # folders made passable
    patience: float = _START  # seconds until it must answer
    _server: subprocess.Popen[bytes] | None = None

    def url(self, role: str, password: str, database: str) -> str:
        """What DATABASE_URL is to be for that role."""
        who = f"{quote(role, safe='')}:{quote(password, safe='')}"
        place = quote(str(self.sockets), safe="")
        return f"postgresql://{who}@/{quote(database, safe='')}?host={place}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection of the superuser, in autocommit."""
        return psycopg.connect(
            self.url(SUPERUSER, self.password, database),
            autocommit=True,
            connect_timeout=5,
        )

    @property
    def initialised(self) -> bool:
        # Written last but one by initdb; a folder without it was cut off half-way.
        return (self.data / "global" / "pg_control").exists()

    def prepare(self) -> None:
        """Folders and rights; nothing is lost when they are there already."""
        for folder in (self.data, self.log):
            private_folder(folder)
            give(folder, self.owner)
            self.opened += open_way(folder, self.owner)
        self.opened += open_way(self.binaries.folder / "postgres", self.owner)
        if not self._runs():
            make_readable(self.binaries.folder.parent, self.owner)

    def _runs(self) -> bool:
        try:
            return self._run("postgres", "--version").returncode == 0
        except OSError:
            return False

    def initialise(self) -> bool:
        """Makes the cluster; False when there is one. Raises StartError."""
        self.prepare()
        if self.initialised:
            self._refuse_another_version()
            return False
        # pwfile: a password on the command line can be read by every local user.
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as secret:
            secret.write(self.password)
            secret.flush()
            give(Path(secret.name), self.owner)
            done = self._run("initdb", *self._initdb_options(secret.name))
        if done.returncode:
            told = (done.stderr or done.stdout).strip().splitlines() or ["no reason"]
            raise StartError(
                f"the database could not be made: {told[-1]}",
                f"see to it that {self.data} is empty and its disk has space",
            )
        return True

    def _initdb_options(self, secret: str) -> list[str]:
        options = [f"--pgdata={self.data}", f"--username={SUPERUSER}"]
        options += [f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8"]
        # The wheel brings no locale of its own, and the system's may be none.
        if self.binaries.version >= 17:  # noqa: PLR2004 - builtin provider
            options += ["--locale=C", "--locale-provider=builtin"]
            options += ["--builtin-locale=C.UTF-8"]
        else:
            options += ["--locale=C.UTF-8"]
        return options

    def _refuse_another_version(self) -> None:
        held = (self.data / "PG_VERSION").read_text(encoding="utf-8").strip()
        if held != str(self.binaries.version):
            raise StartError(
                f"{self.data} was made by PostgreSQL {held}, this is "
                f"{self.binaries.version}",
                "dump it with the old version and load it into a new IRONCLAD_HOME",
            )

    def start(self) -> None:
        """Starts the server and waits until it answers. Raises StartError.

        What an earlier, killed server left (a process, a lock file, shared memory held
        by its children) is cleared first. A password that was lost is set anew.
        """
        self.clear()
        complaint = ""
        reset = False
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            complaint = self._launch(end)
            if not complaint:
                return
            if complaint == _REFUSED and not reset:
                self._reset_password()
                reset = True
                continue
            if "in use" not in complaint and "lock file" not in complaint:
                break
            # Children of a killed server still hold its shared memory.
            leftovers(self.data, patience=_ORPHANS)
        raise StartError(
            f"PostgreSQL did not start: {complaint or 'it did not answer in time'}",
            f"its log is in {self.log}; a full disk or too little memory are usual",
        )

    def clear(self) -> None:
        """Stops the server and the children that an earlier start left behind."""
        earlier = running_on(self.data)
        if earlier is not None and not processes.stop(earlier, steps=_STOP):
            raise StartError(
                f"an earlier PostgreSQL (process {earlier.pid}) does not stop",
                f"end it with: kill -9 {earlier.pid}",
            )
        leftovers(self.data, patience=_ORPHANS)
        # The number in it may be another program's by now, and would keep us out.
        for lock in self.sockets.glob(".s.PGSQL.*.lock"):
            lock.unlink(missing_ok=True)

    def _launch(self, end: float) -> str:
        """Starts once; what it complained of, or nothing when it answers."""
        out = self.log / "start.log"
        began = time.time()
        settings = {
            **_SETTINGS,
            "unix_socket_directories": str(self.sockets),
            "log_directory": str(self.log),
            **self.settings,
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        # The folder is its account's: what that has put there is not written through.
        out.unlink(missing_ok=True)
        with out.open("xb") as log:
            self._server = subprocess.Popen(
                [self.binaries.program("postgres"), "-D", str(self.data), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=self._environment(),
                # A Ctrl-C in the terminal reaches us; we stop it last, in order.
                start_new_session=True,
                user=self._user,
                group=self._group,
                extra_groups=self._groups,
            )
        while time.monotonic() < end and self._server.poll() is None:
            try:
                self.connect().close()
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    self.stop()
                    return _REFUSED
                time.sleep(_STEP)
            else:
                return ""
        self.stop()
        # Once its own log is open, it complains there.
        files = [out, *(file for file in self._logs() if _changed(file) >= began)]
        told = [line for file in files for line in _tail(file)]
        faults = [line for line in told if "FATAL" in line or "PANIC" in line]
        return (faults or told or ["it ended at once"])[-1].strip()

    def _reset_password(self) -> None:
        """Sets the superuser's password as whoever owns the files may: without a server.

        For secrets.json deleted, or put back from another copy, while the data stayed.
        """
        literal = self.password.replace("'", "''")
        self._run(
            "postgres",
            *("--single", "-D", str(self.data)),
            # It passes by standard input, and is in no log even if it fails.
            *("-c", "log_statement=none", "-c", "log_min_error_statement=panic"),
            *("-c", "standard_conforming_strings=on", "postgres"),
            words=f"ALTER ROLE {SUPERUSER} PASSWORD '{literal}'\n",
        )

    def _logs(self) -> list[Path]:
        return sorted(self.log.glob("postgresql-*.log"), key=_changed)

    @property
    def pid(self) -> int | None:
        return self._server.pid if self._server else None

    def poll(self) -> int | None:
        """The exit code of a server that ended by itself."""
        return self._server.poll() if self._server else None

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, the data is written."""
        server, self._server = self._server, None
        if server is None:
            return
        for number, patience in _STOP:
            if server.poll() is not None:
                return
            server.send_signal(number)
            server.send_signal(signal.SIGCONT)
            try:
                server.wait(patience)
            except subprocess.TimeoutExpired:
                continue

    def _run(
        self, program: str, *options: str, words: str = ""
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.binaries.program(program), *options],
            input=words,
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env=self._environment(),
            user=self._user,
            group=self._group,
            extra_groups=self._groups,
        )

    @property
    def _user(self) -> int | None:
        return self.owner.uid if self.owner else None

    @property
    def _group(self) -> int | None:
        return self.owner.gid if self.owner else None

    @property
    def _groups(self) -> list[str | int] | None:
        return [] if self.owner else None  # none of root's groups

    @staticmethod
    def _environment() -> dict[str, str]:
        # PGDATA, PGOPTIONS and the like of the person who starts us would be obeyed.
        kept = ("PATH", "TMPDIR", "LD_LIBRARY_PATH")
        return {"LC_ALL": "C"} | {
            name: os.environ[name] for name in kept if name in os.environ
        }


def _changed(path: Path) -> float:
    return path.stat().st_mtime


def _tail(path: Path) -> list[str]:
    """The last lines of a log."""
    return path.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
