"""The generator's line to the database: counts go out, the asked rate comes in.

A thread of its own, so that a database that is away or hangs never holds a request up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import psycopg
import structlog
from django.db import DatabaseError, connection
from django.db.models.functions import Now

from ironclad.clock import Clock
from ironclad.errors import IroncladError
from ironclad.resilience import deadline
from sre_console.models import TrafficRun, TrafficSetting
from sre_console.traffic.counts import Counts
from sre_console.traffic.services import CHANNEL, rate_begin

logger = structlog.get_logger(__name__)

EVERY = 1.0  # seconds between two writes, and between two looks at the asked rate
PATIENCE = 3.0  # seconds that one exchange with the database may take
KEEP_RUNS = timedelta(days=7)
_NUDGE_SLICE = 0.2  # seconds; bounds how long a stop waits
_COUNTED = ("seen_at", "rate", "sent", "ok", "failed", "late", "dropped", "in_flight")


class Link(threading.Thread):
    """`on_rate` is called from this thread with each new asked rate."""

    def __init__(
        self,
        *,
        run: UUID,
        counts: Counts,
        rate: Callable[[], float],
        on_rate: Callable[[float], None],
        clock: Clock,
    ) -> None:
        super().__init__(name="traffic-link", daemon=True)
        self._run_id = run
        self._counts = counts
        self._rate = rate
        self._on_rate = on_rate
        self._clock = clock
        self._version = -1
        self._stopping = threading.Event()
        self._away = False

    def run(self) -> None:
        while not self._stopping.is_set():
            with self._guarded():
                self._begin()
                while not self._stopping.is_set():
                    self._exchange()
                    self._wait_for_nudge()
            self._stopping.wait(EVERY)
        with self._guarded():
            self._write()
        connection.close()

    def finish(self) -> None:
        """Write the final counts and end."""
        self._stopping.set()
        self.join(PATIENCE + EVERY)

    def _begin(self) -> None:
        with deadline.within(PATIENCE):
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            rate_begin()
            TrafficRun.objects.filter(seen_at__lt=Now() - KEEP_RUNS).delete()

    def _exchange(self) -> None:
        with deadline.within(PATIENCE):
            self._write()
            self._read()
        if self._away:
            self._away = False
            logger.info("The database is back for the built-in traffic")

    def _write(self) -> None:
        counts = self._counts
        row = TrafficRun(
            id=self._run_id,
            seen_at=Now(),
            rate=self._rate(),
            sent=counts.sent,
            ok=counts.ok,
            failed=counts.failed,
            late=counts.late,
            dropped=counts.dropped,
            in_flight=counts.in_flight,
        )
        TrafficRun.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["id"], update_fields=_COUNTED
        )

    def _read(self) -> None:
        found = TrafficSetting.objects.values_list("version", "rate").first()
        if found is None or found[0] == self._version:
            return
        self._version, rate = found
        self._on_rate(rate)

    def _wait_for_nudge(self) -> None:
        """Until a nudge came and was read, or the next write is due."""
        ends = self._clock.monotonic() + EVERY
        raw = connection.connection
        while (left := ends - self._clock.monotonic()) > 0:
            if self._stopping.is_set():
                return
            slice_ = min(left, _NUDGE_SLICE)
            if any(True for _ in raw.notifies(timeout=slice_, stop_after=1)):
                with deadline.within(PATIENCE):
                    self._read()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """The database may be away; say so once, and start with a new connection."""
        try:
            yield
        except (IroncladError, DatabaseError, psycopg.Error, OSError) as error:
            if not self._away:
                self._away = True
                logger.warning(
                    "The built-in traffic cannot reach the database", error=str(error)
                )
            connection.close()
