"""A restored cluster with its server running, paused where it was led to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ironclad.embedded.account import Account, account
from ironclad.embedded.binaries import Binaries
from ironclad.embedded.postgres import Postgres
from ironclad.recovery.destination import held
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.segments import SIZE
from ironclad.recovery.server import aim, aim_again, server, start
from ironclad.recovery.state import State, read
from ironclad.recovery.target import LATEST
from ironclad.recovery.waiting import Say, Standstill, TooSmall, standstill

_TRIES = 3  # starts, each with the sizes that the WAL has told by then


@dataclass(frozen=True, slots=True)
class Bounds:
    """In seconds."""

    deadline: float = 4 * 3600.0
    consistent: float = 3600.0  # until a server answers that has WAL to replay first
    stall: float = 600.0
    segment: int = SIZE  # bytes


@contextmanager
def replayed(  # noqa: PLR0913 - all of them by name
    folder: Path,
    *,
    binaries: Binaries,
    owner: Account | None,
    aimed: Mapping[str, str],
    restore_command: str,
    say: Say,
    bounds: Bounds,
    durable: bool = False,
    before: Callable[[Postgres], None] | None = None,
) -> Iterator[tuple[Postgres, Standstill]]:
    """Its server, once it stands still; stopped at the end, however that comes."""
    for last in (*[False] * (_TRIES - 1), True):
        postgres = server(
            folder, binaries=binaries, owner=owner, aimed=aimed,
            restore_command=restore_command, patience=bounds.consistent, durable=durable,
        )  # fmt: skip
        if before is not None:
            before(postgres)
            before = None
        try:
            start(postgres)
            say("replaying WAL …")
            stood = standstill(
                postgres, say, deadline=bounds.deadline, stall=bounds.stall
            )
            yield postgres, stood
        except TooSmall:
            if last:
                raise
        else:
            return
        finally:
            postgres.stop()


@contextmanager
def opened(folder: Path, binaries: Binaries) -> Iterator[Postgres]:
    """That of a restore which is done, read-only. Raises RecoveryFailed."""
    read(folder)
    with held(folder):
        state = read(folder)
        if state.stage not in {"restored", "short"}:
            message = f"{folder} is {state.stage}"
            raise RecoveryFailed(message, "restore again, into another folder")
        aimed = aim_again(state.position, state.timeline)
        with _reopened(folder, state, binaries, aimed, durable=False) as (postgres, _):
            yield postgres


@contextmanager
def to_promote(folder: Path, state: State, binaries: Binaries) -> Iterator[Postgres]:
    """At the very point where it stood still; the caller holds the folder."""
    aimed = aim_again(state.position, state.timeline)
    with _reopened(folder, state, binaries, aimed, durable=True) as (postgres, stood):
        if stood.at_target:
            yield postgres
            return
    # No WAL follows that point. PostgreSQL promotes nothing short of a target it was given.
    aimed = aim(LATEST, state.timeline)
    with _reopened(folder, state, binaries, aimed, durable=True) as (postgres, _):
        yield postgres


@contextmanager
def _reopened(
    folder: Path,
    state: State,
    binaries: Binaries,
    aimed: Mapping[str, str],
    *,
    durable: bool,
) -> Iterator[tuple[Postgres, Standstill]]:
    with replayed(
        folder,
        binaries=binaries,
        owner=account(),
        aimed=aimed,
        restore_command=state.restore_command,
        say=lambda _words: None,
        bounds=Bounds(),
        durable=durable,
    ) as (postgres, stood):
        if stood.position != state.position:
            message = (
                f"it stands at {stood.position}, not at {state.position} as before"
            )
            raise RecoveryFailed(message, "restore again, into another folder")
        yield postgres, stood
