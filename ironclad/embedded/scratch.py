"""A PostgreSQL for a moment: in a temporary folder, quick, gone afterwards.

For the tests and checks. `python -m ironclad.embedded.scratch COMMAND …` runs a command
with DATABASE_URL naming one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ironclad.embedded.account import account, open_way
from ironclad.embedded.binaries import BUILT_IN, find
from ironclad.embedded.failure import StartError
from ironclad.embedded.postgres import SUPERUSER, Postgres
from ironclad.embedded.sockets import socket_folder
from ironclad.embedded.terminal import fail

# A power cut may take these databases: they are dropped in a moment.
_QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "logging_collector": "off",
}


@contextmanager
def scratch(version: int = BUILT_IN) -> Iterator[str]:
    """Gives the address of a database of its superuser's. Raises StartError."""
    folder = Path(tempfile.mkdtemp(prefix="ironclad-test-"))
    owner = account()
    open_way(folder / "data", owner)
    postgres = Postgres(
        binaries=find(version),
        data=folder / "data",
        sockets=socket_folder(folder, owner),
        log=folder / "log",
        password="only-for-a-moment",  # noqa: S106 - private folder, no data
        owner=owner,
        settings=_QUICK,
    )
    try:
        postgres.initialise()
        postgres.start()
        yield postgres.url(SUPERUSER, postgres.password, "postgres")
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    try:
        with scratch() as address:
            environment = os.environ | {"DATABASE_URL": address}
            return subprocess.run(command, check=False, env=environment).returncode
    except StartError as error:
        fail(error)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
