"""A writer that remembers what was acknowledged to it, and when."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import psycopg

EVERY = 0.05  # seconds


class Heartbeat:
    """Rows 1, 2, 3, … of the table heartbeat, each committed, until the server is gone."""

    def __init__(self, connect: Callable[[], psycopg.Connection]) -> None:
        self._connect = connect
        self._times: list[float] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    @property
    def acknowledged(self) -> int:
        return len(self._times)

    def lost_seconds(self, kept: int) -> float:
        """From the newest that was kept to the newest acknowledged; all of it without one."""
        if not self._times or kept >= len(self._times):
            return 0.0
        return self._times[-1] - self._times[max(kept - 1, 0)]

    def _beat(self) -> None:
        try:
            with self._connect() as connection:
                number = 0
                while not self._over.wait(EVERY):
                    number += 1
                    connection.execute("INSERT INTO heartbeat VALUES (%s)", [number])
                    self._times.append(time.monotonic())
        except psycopg.Error:
            return  # it is gone: that is what was waited for

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join(10)
