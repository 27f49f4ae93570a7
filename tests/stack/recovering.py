"""A restore with PostgreSQL's own means, for where the product's is not what is asked about."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ironclad.embedded.account import account, give, open_way
from ironclad.embedded.binaries import find
from ironclad.embedded.postgres import SUPERUSER, Postgres
from ironclad.embedded.sockets import socket_folder
from ironclad.recovery.checking import Cluster, Running
from ironclad.recovery.repository import Repository
from ironclad.recovery.target import Target
from tests.stack.plain_archive import PASSWORD, size_of


@contextmanager
def restoring(
    repository: Repository,
    target: Target,
    into: Path,
    *,
    damage: Callable[[Path], None] = lambda _data: None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Running]:
    began = time.monotonic()
    owner = account()
    data = into / "data"
    open_way(data, owner)
    data.mkdir(mode=0o700)
    give(data, owner)
    backup = repository.backups()[-1]
    repository.lay_out(backup, data)
    damage(data)
    (data / "recovery.signal").touch()
    named = {"recovery_target_name": target.name} if target.name else {}
    postgres = Postgres(
        binaries=find(backup.version),
        data=data,
        sockets=socket_folder(into, owner),
        log=into / "log",
        password=PASSWORD,
        owner=owner,
        settings={
            "restore_command": repository.restore_command(),
            "recovery_target_action": "promote",
            "archive_mode": "off",
            "logging_collector": "off",
            "fsync": "off",
            **named,
            **(settings or {}),
        },
    )
    try:
        postgres.prepare()
        postgres.start()
        cluster = Cluster(
            postgres.binaries, postgres.url(SUPERUSER, PASSWORD, "postgres")
        )
        with cluster.connect() as connection:
            while connection.execute("SELECT pg_is_in_recovery()").fetchone() == (
                True,
            ):
                time.sleep(0.05)
            reached = connection.execute(
                "SELECT pg_last_xact_replay_timestamp()"
            ).fetchone()
        yield Running(
            cluster,
            label=backup.label,
            seconds=time.monotonic() - began,
            size=size_of(data),
            reached_at=reached[0] if reached else None,
        )
    finally:
        postgres.stop()
