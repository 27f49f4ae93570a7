"""`make up` from here on, inside the virtual environment: starts all, in order.

PostgreSQL, the migrations, the server, the traffic; then it stays in front,
restarts what ends, and stops everything it started on Ctrl-C.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from types import FrameType

from ironclad.embedded import backups, credentials, roles
from ironclad.embedded.account import account
from ironclad.embedded.binaries import find
from ironclad.embedded.environment import APP, OWNER, database_url, profile
from ironclad.embedded.failure import StartError
from ironclad.embedded.home import CHECKOUT, Home, home
from ironclad.embedded.lock import Lock
from ironclad.embedded.postgres import Postgres
from ironclad.embedded.room import (
    LOOPBACK,
    check_disk,
    check_port,
    port_of,
    processes_of,
)
from ironclad.embedded.sockets import socket_folder
from ironclad.embedded.supervisor import Child, Record, manage
from ironclad.embedded.terminal import fail, say, step, warn
from ironclad.workers.bounds import CONNECTIONS_BESIDE, connections

_CONNECTIONS = 100  # of PostgreSQL, at least
_SPACE = 300  # MB for the database, its log and ours
_READY = 60.0  # seconds
_TICK = 0.2
_LINK = re.compile(r"/enter/([A-Za-z0-9_-]+)")


class Interrupted(BaseException):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, a closed terminal."""


class Instance:
    """Everything that one `make up` starts."""

    def __init__(self, place: Home) -> None:
        self.place = place
        self.port = port_of(os.environ.get("PORT", ""))
        self.processes = processes_of(os.environ.get("WEB_PROCESSES", ""))
        self.own_database = bool(os.environ.get("DATABASE_URL"))
        self.lock = Lock(place.lock)
        self.record = Record(place.processes, self.port, self.processes)
        self.held: dict[str, str] = {}
        self.environment: dict[str, str] = {}
        self.postgres: Postgres | None = None
        self.children: list[Child] = []
        self.keeper: Child | None = None  # of backups

    def start(self) -> str:
        """Starts all; gives the one-time code of the sign-in link."""
        self.place.prepare()
        self.lock.take()
        leftovers = self.record.stop_leftovers()
        if leftovers:
            say(f"✓ ended what a killed start left: {', '.join(leftovers)}")
        check_port(self.port)
        check_disk(self.place.root, megabytes=_SPACE)
        self.held = credentials.complete(self.place.secrets)
        self.environment = profile(self.place, self.held, os.environ)
        self.environment["PORT"] = str(self.port)
        self.environment["IRONCLAD_SUPERVISOR"] = str(os.getpid())
        if self.own_database:
            say("✓ database: the one DATABASE_URL names")
        else:
            self._start_postgres()
        code = self._prepare()
        several = f", {self.processes} processes" if self.processes > 1 else ""
        with step(f"server on {LOOPBACK}:{self.port}{several}"):
            self._start_child("server", "serve")
            self._wait_until_ready()
        with step("traffic"):
            self._start_child("traffic", "traffic")
        if self.postgres is not None and backups.wanted(self.environment):
            self._start_keeper()
        return code

    def _start_postgres(self) -> None:
        owner = account()
        self.postgres = Postgres(
            binaries=find(),
            data=self.place.data,
            sockets=socket_folder(self.place.root, owner),
            log=self.place.log / "postgresql",
            password=self.held["POSTGRES_PASSWORD"],
            owner=owner,
            settings={
                "max_connections": str(max(_CONNECTIONS, self._connections())),
                # What nobody receives must not fill the disk.
                "max_slot_wal_keep_size": "256MB",
            },
        )
        fresh = not self.postgres.initialised
        if fresh:
            backups.refuse_an_empty_start(self.place)
        with step("database"):
            self.postgres.initialise()
            self.postgres.start()
            self.record.note("PostgreSQL", self.postgres.pid)
            with self.postgres.connect() as connection:
                roles.ensure(
                    connection,
                    owner_password=self.held["OWNER_PASSWORD"],
                    app_password=self.held["APP_PASSWORD"],
                )
                roles.ensure_backup(connection, password=self.held["BACKUP_PASSWORD"])
                if not backups.wanted(self.environment):
                    roles.end_backup(connection)
        if backups.wanted(self.environment) and not fresh:
            say(backups.told(backups.newest(self.place), datetime.now(UTC)))
        outside = [
            f for f in self.postgres.opened if self.place.root not in {f, *f.parents}
        ]
        for folder in dict.fromkeys(outside):
            warn(f"the account that runs PostgreSQL may now pass through {folder}")

    def _connections(self) -> int:
        return connections(self.processes, counting=True) + CONNECTIONS_BESIDE

    def _as(self, role: str) -> dict[str, str]:
        if self.own_database:
            return self.environment
        address = database_url(self.place, self.held, role)
        return self.environment | {"DATABASE_URL": address}

    def _prepare(self) -> str:
        """Runs `manage.py prepare` as the owner and passes its progress on."""
        log = self.place.log / "prepare.log"
        code = ""
        with log.open("w", encoding="utf-8") as errors:
            run = subprocess.Popen(
                [sys.executable, str(CHECKOUT / "manage.py"), "prepare"],
                env=self._as(OWNER),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
            try:
                for line in run.stdout or ():
                    # The link is shown once all answers, and is in no log.
                    if link := _LINK.search(line):
                        code = link[1]
                    elif line.startswith(("✓", "!")):
                        say(line.rstrip())
                status = run.wait()
            finally:
                run.kill()
        if status:
            raise StartError(
                _complaint(log.read_text("utf-8")), f"the rest is in {log}"
            )
        return code

    def _start_child(self, name: str, command: str) -> None:
        child = Child(
            name,
            manage(self.place.log / f"{name}.log", command),
            # A child that does not know its code's folder could import another one.
            self._as(APP) | {"PYTHONPATH": str(CHECKOUT)},
        )
        child.start()
        self.children.append(child)
        self.record.note(name, child.pid)

    def _start_keeper(self) -> None:
        log = self.place.log / "backups.log"
        self.keeper = Child(
            "backups",
            [sys.executable, "-m", "ironclad.recovery.keeper", str(log)],
            self._as(APP) | {"PYTHONPATH": str(CHECKOUT)},
        )
        self.keeper.start()
        self.record.note(self.keeper.name, self.keeper.pid)

    def _wait_until_ready(self) -> None:
        server = self.children[0].process
        end = time.monotonic() + _READY
        while time.monotonic() < end:
            if server is not None and server.poll() is not None:
                break
            if _answers(self.port):
                return
            time.sleep(_TICK / 4)
        log = self.place.log / "server.log"
        raise StartError("the server did not become ready", f"its log is {log}")

    def watch(self) -> None:
        """Tends the processes until somebody interrupts."""
        while True:
            time.sleep(_TICK)
            for child in (*self.children, *filter(None, [self.keeper])):
                if said := child.tend():
                    warn(f"{said}; see make logs")
                self.record.note(child.name, child.pid)
            self._tend_postgres()

    def _tend_postgres(self) -> None:
        if self.postgres is None or self.postgres.poll() is None:
            return
        warn("PostgreSQL ended; starting it again")
        try:
            self.postgres.start()
        except StartError as error:
            # A full disk may be freed: the server says so meanwhile, and we go on.
            warn(error.what)
            time.sleep(_TICK * 10)
            return
        self.record.note("PostgreSQL", self.postgres.pid)
        warn("PostgreSQL answers again")

    def stop(self) -> None:
        """Traffic first, then the server, then PostgreSQL: nothing sees the other die.

        Backups last: PostgreSQL ends once the last of its WAL has been received.
        """
        for child in reversed(self.children):
            child.stop()
        if self.postgres is not None:
            self.postgres.stop()
        if self.keeper is not None:
            self.keeper.stop()
        if self.environment:
            self.record.close()
        self.lock.release()


def _answers(port: int) -> bool:
    connection = HTTPConnection(LOOPBACK, port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200  # noqa: PLR2004
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _complaint(text: str) -> str:
    """The sentence of a failed command, or the last line of a traceback."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith("CommandError: ")]
    last = (told or lines or ["the preparation ended without a word"])[-1]
    return re.sub(r"^([a-z_]+\.)*[A-Z]\w+: ", "", last)  # the exception's class


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise Interrupted


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    instance = None
    try:
        instance = Instance(home())
        code = instance.start()
        address = f"http://{LOOPBACK}:{instance.port}"
        link = f"{address}/enter/{code}" if code else "make sign-in-link"
        say(f"Ironclad is ready: {address}/  sign in: {link}")
        instance.watch()
    except StartError as error:
        fail(error)
        return 1
    except Interrupted:
        say("stopping …")
        return 0
    finally:
        if instance is not None:
            instance.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
