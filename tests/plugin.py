"""Gives the tests their settings and a PostgreSQL of their own before Django reads them.

With DATABASE_URL set, that server is used. Else one is started in a temporary folder:
the built-in PostgreSQL 18, or with IRONCLAD_TEST_POSTGRES=15 the system's 15. It starts
once, in the process that was called; the workers of xdist inherit its address.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from ironclad.embedded.account import account, open_way
from ironclad.embedded.binaries import BUILT_IN, find
from ironclad.embedded.failure import StartError
from ironclad.embedded.postgres import SUPERUSER, Postgres
from ironclad.embedded.sockets import socket_folder

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ironclad.settings")
os.environ.setdefault("IRONCLAD_PROFILE", "builtin")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("IRONCLAD_CLOCK_SCALE", "60")

# A power cut may take these databases: they are dropped in a moment.
_QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "logging_collector": "off",
}


class _Server:
    """The server of this run, and the folder that goes with it."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.postgres: Postgres | None = None

    def start(self) -> None:
        version = int(os.environ.get("IRONCLAD_TEST_POSTGRES") or BUILT_IN)
        self.folder = Path(tempfile.mkdtemp(prefix="ironclad-test-"))
        owner = account()
        open_way(self.folder / "data", owner)
        self.postgres = Postgres(
            binaries=find(version),
            data=self.folder / "data",
            sockets=socket_folder(self.folder, owner),
            log=self.folder / "log",
            password="only-for-tests",
            owner=owner,
            settings=_QUICK,
        )
        self.postgres.initialise()
        self.postgres.start()
        os.environ["DATABASE_URL"] = self.postgres.url(
            SUPERUSER, self.postgres.password, "postgres"
        )

    def stop(self) -> None:
        if self.postgres is not None:
            self.postgres.stop()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


_server = _Server()


# A wrapper runs before pytest-django's own hook, which reads the settings.
@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    if not os.environ.get("DATABASE_URL"):
        try:
            _server.start()
        except StartError as failure:
            _server.stop()
            raise pytest.UsageError(failure.lines()) from failure
    yield


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    _server.stop()
