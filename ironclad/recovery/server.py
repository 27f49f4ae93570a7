"""The server of a restored cluster: on a private socket, read-only until it is promoted.

It runs as a standby without a primary. At the end of its WAL a standby waits, where a
recovery would begin to take writes: only a promotion ends it. Its settings are on its
command line and in files beside the data, so that nothing of them stays in the cluster.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ironclad.embedded.account import Account, give
from ironclad.embedded.binaries import Binaries
from ironclad.embedded.failure import StartError
from ironclad.embedded.postgres import Postgres
from ironclad.embedded.sockets import socket_folder
from ironclad.recovery.cluster_programs import control_data
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.target import Target

SIGNAL = "standby.signal"
# A standby needs at least what the primary had: pg_controldata's words for it.
_AT_LEAST = {
    "max_connections": ("max_connections setting", 100),
    "max_worker_processes": ("max_worker_processes setting", 8),
    "max_wal_senders": ("max_wal_senders setting", 10),
    "max_prepared_transactions": ("max_prepared_xacts setting", 0),
    "max_locks_per_transaction": ("max_locks_per_xact setting", 64),
}
_NEUTRAL = {
    # Nothing of the source's postgresql.auto.conf is to be in force here.
    "archive_mode": "off",  # its WAL is not the source's
    "primary_conninfo": "",
    "primary_slot_name": "",
    "synchronous_standby_names": "",
    "shared_preload_libraries": "",
    "session_preload_libraries": "",
    "local_preload_libraries": "",
    "max_logical_replication_workers": "0",  # a copy must not drain a publisher
    "autovacuum": "off",
    "ssl": "off",
    "hot_standby": "on",
    "recovery_min_apply_delay": "0",
    "recovery_end_command": "",
    "archive_cleanup_command": "",
    "max_standby_archive_delay": "-1",
    "max_standby_streaming_delay": "-1",
    "default_transaction_read_only": "off",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_min_messages": "warning",
    "lc_messages": "C",  # what it says is read
    "wal_retrieve_retry_interval": "100ms",
    "max_wal_size": "1GB",
}
_TARGETS = (
    "recovery_target", "recovery_target_time", "recovery_target_name",
    "recovery_target_xid", "recovery_target_lsn",
)  # fmt: skip
# Whoever can enter the private folder of the socket owns the files too.
_HBA = "local all all trust\n"


def aim(target: Target, timeline: str) -> dict[str, str]:
    """The recovery settings for a target.

    A commit at the very moment is included. Reached, it pauses: nobody has decided yet.
    """
    if target.moment is not None:
        point = {"recovery_target_time": target.moment.isoformat(sep=" ")}
    elif target.name:
        point = {"recovery_target_name": target.name}
    else:
        point = {}
    return _aimed(point, timeline, inclusive="on")


def aim_again(position: str, timeline: str) -> dict[str, str]:
    """The recovery settings that lead to the very point where a restore stood still."""
    # Before the first record at or after it: what was replayed ended there.
    return _aimed({"recovery_target_lsn": position}, timeline, inclusive="off")


def _aimed(
    point: Mapping[str, str], timeline: str, *, inclusive: str
) -> dict[str, str]:
    # In this order: PostgreSQL refuses to unset one once another is set.
    unset = {name: "" for name in _TARGETS if name not in point}
    return {
        **unset,
        **point,
        "recovery_target_action": "pause",
        "recovery_target_inclusive": inclusive,
        "recovery_target_timeline": timeline,
    }


def server(  # noqa: PLR0913 - all of them by name
    folder: Path,
    *,
    binaries: Binaries,
    owner: Account | None,
    aimed: Mapping[str, str],
    restore_command: str,
    patience: float,
    durable: bool,
) -> Postgres:
    """Not started yet. `durable` False leaves it to the caller to write all to the disk."""
    for name, content in (("pg_hba.conf", _HBA), ("postgresql.conf", "")):
        file = folder / name
        file.write_text(content, encoding="utf-8")
        file.chmod(0o644)
    postgres = Postgres(
        binaries=binaries,
        data=folder / "data",
        sockets=socket_folder(folder, owner),
        log=folder / "log",
        password="",
        owner=owner,
        patience=patience,
    )
    prepare(postgres)
    known = control_data(binaries, owner, postgres.data)
    least = {
        name: str(max(least, int(known.get(word) or 0)))
        for name, (word, least) in _AT_LEAST.items()
    }
    postgres.settings = {
        **_NEUTRAL, **least, **aimed,
        "restore_command": restore_command,
        "config_file": str(folder / "postgresql.conf"),
        "hba_file": str(folder / "pg_hba.conf"),
        "fsync": "on" if durable else "off",
    }  # fmt: skip
    return postgres


def prepare(postgres: Postgres) -> None:
    try:
        postgres.prepare()
    except StartError as error:
        raise RecoveryFailed(error.what, error.remedy) from error


def start(postgres: Postgres) -> None:
    """Until it answers, which it does once it is consistent. Raises RecoveryFailed."""
    try:
        postgres.start()
    except StartError as error:
        raise RecoveryFailed(error.what, error.remedy) from error


def ready(data: Path, owner: Account | None) -> None:
    """Takes away what a running source left in its files, and asks for recovery."""
    for name in ("postmaster.pid", "postmaster.opts", "recovery.signal"):
        (data / name).unlink(missing_ok=True)
    signal = data / SIGNAL
    signal.touch(mode=0o600)
    give(signal, owner)


def complaints(log: Path) -> list[str]:
    """What the server said since its start that it does not say in health."""
    try:
        lines = (log / "start.log").read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    words = ("FATAL", "PANIC", "ERROR", "WARNING")
    return [line for line in lines if any(f" {word}:" in line for word in words)]
