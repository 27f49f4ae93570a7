"""Waiting until a recovery has come to where it stands still."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import psycopg

from ironclad.embedded.postgres import Postgres
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.segments import position
from ironclad.recovery.server import complaints

Say = Callable[[str], None]

_STEP = 0.05  # seconds between two looks
_TELL = 5.0  # seconds between two lines of progress
_STILL = 0.5  # seconds without WAL after which it is the end of it
_PARAMETERS = "insufficient parameter settings"
_LOOK = """
SELECT pg_is_in_recovery(), pg_get_wal_replay_pause_state(),
       pg_last_wal_replay_lsn()::text, pg_last_xact_replay_timestamp(),
       (SELECT wait_event FROM pg_stat_activity WHERE backend_type = 'startup')
"""


class TooSmall(RecoveryFailed):
    """The source was given more connections, locks or processes while the WAL was written."""


@dataclass(frozen=True, slots=True)
class Standstill:
    """Where it stands, paused."""

    at_target: bool  # else: at the end of the WAL that there is
    position: str
    newest: datetime | None  # commit that was replayed; None where none was


def standstill(
    postgres: Postgres, say: Say, *, deadline: float, stall: float = 600.0
) -> Standstill:
    """Waits for it. Raises RecoveryFailed after `deadline` s, or `stall` s without progress."""
    try:
        with postgres.connect() as connection:
            return _watch(postgres, connection, say, deadline, stall)
    except psycopg.Error as error:
        told = complaints(postgres.log)
        message = told[-1].strip() if told else str(error).strip()
        raise RecoveryFailed(
            f"the server ended while it recovered: {message}",
            f"its log is in {postgres.log}; name an older backup: --backup LABEL",
        ) from error


def _watch(
    postgres: Postgres,
    connection: psycopg.Connection,
    say: Say,
    deadline: float,
    stall: float,
) -> Standstill:
    began = moved = spoke = time.monotonic()
    asked, before, waits = False, "", [0.0]
    while True:
        row = connection.execute(_LOOK).fetchone()
        recovering, pause, place, newest, waiting_for = row or (None,) * 5
        now = time.monotonic()
        if not recovering:
            message = "it was promoted by somebody else"
            raise RecoveryFailed(message, "restore again, into another folder")
        if pause == "paused":
            if any(_PARAMETERS in line for line in complaints(postgres.log)):
                message = "the source was given more connections or locks on the way"
                raise TooSmall(message)
            return Standstill(not asked, str(place), newest)
        if place != before:
            before, moved, waits = place, now, []
        # It waits so when neither the archive nor its own folder has the next of it.
        if waiting_for == "RecoveryRetrieveRetryInterval":
            waits.append(now)
        if not asked and waits and waits[-1] - max(moved, waits[0] - _STEP) > _STILL:
            connection.execute("SELECT pg_wal_replay_pause()")
            asked = True
        if now - spoke > _TELL:
            spoke = now
            say(f"  replayed {position(str(place)) / 1e6:,.0f} MB, up to {newest}")
        if now - began > deadline or now - moved > stall:
            message = f"no end of the recovery in sight after {now - began:.0f} s"
            raise RecoveryFailed(message, f"its log is in {postgres.log}")
        time.sleep(_STEP)
