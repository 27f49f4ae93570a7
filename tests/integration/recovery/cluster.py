"""Small PostgreSQL servers in a folder of the tests', to be backed up and lost."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ironclad.embedded.account import account, give, open_way
from ironclad.embedded.binaries import Binaries, find
from ironclad.embedded.postgres import SUPERUSER, Postgres
from ironclad.embedded.sockets import socket_folder
from ironclad.recovery.folder import FolderRepository

_QUICK = {"fsync": "off", "logging_collector": "off", "max_wal_size": "64MB"}
PASSWORD = "only-for-a-moment"


@dataclass
class Site:
    """A folder with servers in it, and with backups of one of them."""

    folder: Path
    binaries: Binaries

    @property
    def repository(self) -> FolderRepository:
        # A name that a shell and PostgreSQL would each take for more than a name.
        return FolderRepository(self.folder / "back' $(up) %p", account())

    def server(self, name: str, **settings: str) -> Postgres:
        place = self.folder / name
        place.mkdir(exist_ok=True)
        owner = account()
        open_way(place / "data", owner)
        return Postgres(
            binaries=self.binaries,
            data=place / "data",
            sockets=socket_folder(place, owner),
            log=place / "log",
            password=PASSWORD,
            owner=owner,
            settings=_QUICK | settings,
        )

    def restored(self, name: str, **settings: str) -> Postgres:
        """A server that will recover from the repository once it is started."""
        command = self.repository.restore_command()
        server = self.server(name, restore_command=command, **settings)
        server.prepare()
        (backup, *_) = self.repository.backups()
        self.repository.lay_out(backup, server.data)
        (server.data / "recovery.signal").touch()
        give(server.data / "recovery.signal", account())
        return server


def address(server: Postgres) -> str:
    return server.url(SUPERUSER, PASSWORD, "postgres")


@contextmanager
def site(version: int) -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="ironclad-backups-"))
    try:
        yield Site(folder, find(version))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
