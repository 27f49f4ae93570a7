"""Making a cluster of its own of a restored one: the explicit step, taken once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from ironclad.embedded.account import account
from ironclad.embedded.binaries import Binaries
from ironclad.embedded.postgres import Postgres
from ironclad.recovery.destination import held
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.opening import to_promote
from ironclad.recovery.server import SIGNAL, server, start
from ironclad.recovery.state import State, read
from ironclad.recovery.waiting import Say

_PATIENCE = 300.0  # seconds
_AGAIN = "restore again, into another folder"


@dataclass(frozen=True, slots=True)
class Promoted:
    """A cluster that takes writes, stopped."""

    folder: Path
    timeline: int
    seconds: float


def promote(
    folder: Path, *, binaries: Binaries, say: Say, short: bool = False
) -> Promoted:
    """`short` takes one that ended before its target. Raises RecoveryFailed.

    One whose promotion was cut off is promoted to the end.
    """
    read(folder)
    with held(folder):
        state = read(folder)
        _refuse(folder, state, binaries, short=short)
        began = time.monotonic()
        say("promoting …")
        try:
            with _writing(folder, state, binaries) as postgres:
                timeline = _proved(postgres)
        except psycopg.Error as error:
            message = f"it takes no writes: {str(error).strip()}"
            raise RecoveryFailed(message, f"its log is in {folder / 'log'}") from error
        state.stage, state.timeline = "promoted", str(timeline)
        state.write(folder)
        return Promoted(folder, timeline, round(time.monotonic() - began, 3))


def _refuse(folder: Path, state: State, binaries: Binaries, *, short: bool) -> None:
    reasons = {
        "unfinished": ("its restore was cut off or failed", _AGAIN),
        "refused": (f"it is broken: {state.reason}", _AGAIN),
        "promoted": (
            "it is promoted already",
            f"put it into service: --adopt {folder}",
        ),
        "adopting": (
            "it is promoted already",
            f"put it into service: --adopt {folder}",
        ),
        "adopted": ("it is in service already", _AGAIN),
    }
    if state.stage == "short" and not short:
        raise RecoveryFailed(
            f"{folder} is not what was asked for: {state.reason}",
            f"to take what there is: manage.py restore --promote {folder} --latest",
        )
    if state.stage in reasons:
        reason, remedy = reasons[state.stage]
        raise RecoveryFailed(f"{folder}: {reason}", remedy)
    if state.version != binaries.version:
        raise RecoveryFailed(
            f"{folder} is of PostgreSQL {state.version}, the programs here are of"
            f" {binaries.version}",
            f"--postgres {state.version}",
        )


@contextmanager
def _writing(folder: Path, state: State, binaries: Binaries) -> Iterator[Postgres]:
    if (folder / "data" / SIGNAL).exists():
        with to_promote(folder, state, binaries) as postgres:
            state.stage = "promoting"
            state.write(folder)
            with postgres.connect() as connection:
                row = connection.execute("SELECT pg_promote(true, 120)").fetchone()
            if row != (True,):
                raise RecoveryFailed("it was not promoted within 120 s", "try it again")
            yield postgres
        return
    postgres = server(
        folder, binaries=binaries, owner=account(), aimed={}, durable=True,
        restore_command=state.restore_command, patience=_PATIENCE,
    )  # fmt: skip
    try:
        start(postgres)
        yield postgres
    finally:
        postgres.stop()


def _proved(postgres: Postgres) -> int:
    """The new timeline; it has taken a write, and has it on the disk."""
    with postgres.connect() as connection:
        connection.execute("CREATE TABLE public.ironclad_promoted ()")
        connection.execute("DROP TABLE public.ironclad_promoted")
        moment = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        connection.execute("SELECT pg_create_restore_point(%s)", [f"promoted-{moment}"])
        connection.execute("CHECKPOINT")
        row = connection.execute(
            "SELECT pg_is_in_recovery(), timeline_id FROM pg_control_checkpoint()"
        ).fetchone()
    if row is None or row[0]:
        raise RecoveryFailed("it is still in recovery", "try it again")
    return int(row[1])
