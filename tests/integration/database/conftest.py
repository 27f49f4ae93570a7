from __future__ import annotations

import contextlib
import copy
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from django.db import connections

from ironclad.database import guard
from ironclad.database.base import DatabaseWrapper
from ironclad.embedded.account import account, open_way
from ironclad.embedded.binaries import find
from ironclad.embedded.postgres import SUPERUSER, Postgres
from ironclad.embedded.sockets import socket_folder
from ironclad.resilience.bulkhead import compartment
from ironclad.resilience.guard import Attempt

WrapperFactory = Callable[..., DatabaseWrapper]


class Victim:
    """A PostgreSQL that may be stopped and killed."""

    def __init__(self, postgres: Postgres) -> None:
        self.postgres = postgres

    def _processes(self) -> list[psutil.Process]:
        postmaster = psutil.Process(self.postgres.pid)
        return [postmaster, *postmaster.children(recursive=True)]

    def _signal(self, number: signal.Signals) -> None:
        for process in self._processes():
            with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended
                process.send_signal(number)

    def hang(self) -> None:
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        self.postgres.stop()

    def drop_connections(self) -> None:
        """When it returns, they are gone: PostgreSQL waits for the end of each."""
        with self.postgres.connect() as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )

    def connected(self) -> int:
        with self.postgres.connect() as admin:
            row = admin.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            ).fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture(scope="session")
def victim(postgres_version: int) -> Iterator[Victim]:
    folder = Path(tempfile.mkdtemp(prefix="ironclad-victim-"))
    owner = account()
    open_way(folder / "data", owner)
    postgres = Postgres(
        binaries=find(postgres_version),
        data=folder / "data",
        sockets=socket_folder(folder, owner),
        log=folder / "log",
        password="only-for-tests",
        owner=owner,
        settings={"fsync": "off", "logging_collector": "off"},
    )
    postgres.initialise()
    postgres.start()
    yield Victim(postgres)
    postgres.stop()
    shutil.rmtree(folder, ignore_errors=True)


def serve() -> None:
    """Let this thread work as one that serves a request: in an attempt of a guarded call.

    A new thread starts without; a test's own ends with the test.
    """
    compartment.set("service")
    guard.service()._current.set(Attempt(guard.service(), 1))


@pytest.fixture
def serving() -> Iterator[None]:
    held = compartment.set("service")
    serve()
    yield
    guard.service()._current.set(None)
    compartment.reset(held)


@pytest.fixture
def wrapper(
    victim: Victim, django_db_blocker: pytest.FixtureRequest
) -> Iterator[WrapperFactory]:
    made: list[DatabaseWrapper] = []

    def make(**changed: object) -> DatabaseWrapper:
        place = copy.deepcopy(connections.databases["default"])
        place.update(
            NAME="postgres",
            USER=SUPERUSER,
            PASSWORD="only-for-tests",
            HOST=str(victim.postgres.sockets),
            PORT="",
            OPTIONS={},
        )
        place.update(changed)
        made.append(DatabaseWrapper(place, alias="default"))
        return made[-1]

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield make
        for each in made:
            if not each.allow_thread_sharing:
                each.inc_thread_sharing()
            each.close()
            each.close_pool()


class BlackHole:
    """A TCP proxy that can stop to pass anything on, as a network that drops packets."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.open = threading.Event()
        self.open.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._target)
            for source, sink in ((near, far), (far, near)):
                threading.Thread(
                    target=self._pass, args=(source, sink), daemon=True
                ).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with source, sink:
            try:
                while data := source.recv(65536):
                    self.open.wait()
                    sink.sendall(data)
                sink.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def close(self) -> None:
        self.open.set()
        self._listener.close()


@pytest.fixture
def black_hole(victim: Victim) -> Iterator[BlackHole]:
    proxy = BlackHole(f"{victim.postgres.sockets}/.s.PGSQL.5432")
    yield proxy
    proxy.close()
