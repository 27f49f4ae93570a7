"""Putting a promoted cluster into the place of the built-in database's files."""

from __future__ import annotations

import errno
from datetime import datetime
from pathlib import Path

from ironclad.embedded.failure import StartError
from ironclad.embedded.home import Home
from ironclad.embedded.lock import Lock
from ironclad.embedded.postmaster import running_on
from ironclad.recovery.destination import held
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.state import State, read


def adopt(folder: Path, place: Home, *, version: int, now: datetime) -> Path | None:
    """Where the files before it are kept: they are renamed, never removed; None without any.

    `make up` must be stopped; `version` is the one it starts. Cut off, it is carried on by
    another call. Raises RecoveryFailed.
    """
    state = read(folder)
    try:
        place.prepare()
        lock = Lock(place.lock)
        lock.take()
    except StartError as error:
        raise RecoveryFailed(error.what, "stop make up first, with Ctrl-C") from error
    try:
        with held(folder):
            state = read(folder)
            _refuse(folder, state, place, version)
            if state.stage == "promoted":
                kept = place.data.with_name(f"postgres.before-{now:%Y%m%dT%H%M%SZ}")
                state.kept_as = str(kept) if place.data.exists() else ""
                state.stage = "adopting"
                state.write(folder)
            _swap(folder / "data", place.data, state)
            state.stage = "adopted"
            state.write(folder)
            return Path(state.kept_as) if state.kept_as else None
    finally:
        lock.release()


def _refuse(folder: Path, state: State, place: Home, version: int) -> None:
    if state.stage == "adopted":
        message = f"{folder} is in service already"
        raise RecoveryFailed(message, "restore again, into another folder")
    if state.stage not in {"promoted", "adopting"}:
        message = f"{folder} is {state.stage}, not promoted"
        remedy = f"promote it first: manage.py restore --promote {folder}"
        raise RecoveryFailed(message, remedy)
    if state.version != version:
        message = f"{folder} is of PostgreSQL {state.version}, make up runs {version}"
        raise RecoveryFailed(message, "put it into service where that version runs")
    running = running_on(place.data)
    if running is not None:
        message = f"a PostgreSQL (process {running.pid}) still runs on {place.data}"
        raise RecoveryFailed(message, "stop it first")


def _swap(data: Path, live: Path, state: State) -> None:
    kept = Path(state.kept_as) if state.kept_as else None
    try:
        if kept is not None and live.exists() and not kept.exists():
            live.rename(kept)
        if data.exists():
            # A folder in the way is a database that was begun anew meanwhile: refused.
            if live.exists():
                message = f"{live} was made again meanwhile"
                raise RecoveryFailed(
                    message, f"move it away: mv {live} {live}.unwanted"
                )
            data.rename(live)
    except OSError as error:
        if error.errno == errno.EXDEV:
            message = f"{data} is on another disk than {live}"
            remedy = f"restore into a folder beside it: --into {live.parent}/restored"
            raise RecoveryFailed(message, remedy) from error
        message = f"{data} cannot be put in place of {live}: {error.strerror}"
        raise RecoveryFailed(message, "mend that and run it again") from error
