"""Cuts the connection on which replicas hear of changes, or makes it silent, again and again."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import psycopg

from tests.load.consistent import bursts

_LISTENERS = """
SELECT pid FROM pg_stat_activity
WHERE application_name LIKE '%ironclad changes' AND datname = current_database()
"""
_CUT = f"SELECT count(pg_terminate_backend(pid)) FROM ({_LISTENERS}) AS them"  # noqa: S608 - constant
_BETWEEN = 0.5  # seconds, on average
_SILENT = 0.6  # likewise
# Seconds before the end of a burst: what was written last is missed, and nothing is heard after it.
_BEFORE = 0.15


class Cutter:
    """`silence` stops processes: for a PostgreSQL of one's own, on this machine."""

    def __init__(self, database: str, *, silence: bool) -> None:
        self._database = database
        self._silence = silence
        self._over = threading.Event()
        self._random = Random(1)
        self.cuts = 0
        self.silences = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self._run, name="cutter")
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _run(self) -> None:
        with psycopg.connect(self._database, autocommit=True) as connection:
            turn = 0
            while not self._pause(_BETWEEN):
                turn += 1
                if self._silence and turn % 2:
                    self._be_silent(connection)
                    continue
                if self._over.wait(bursts.ending(time.monotonic(), _BEFORE)):
                    return
                row = connection.execute(_CUT).fetchone()
                self.cuts += row[0] if row else 0

    def _be_silent(self, connection: psycopg.Connection) -> None:
        """All of them or one, so that the replicas also disagree."""
        pids = [row[0] for row in connection.execute(_LISTENERS)]
        self._random.shuffle(pids)
        pids = pids[: self._random.randint(1, len(pids))] if pids else []
        try:
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
                self.silences += 1
            self._pause(_SILENT)
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def _pause(self, seconds: float) -> bool:
        return self._over.wait(seconds * (0.5 + self._random.random()))
