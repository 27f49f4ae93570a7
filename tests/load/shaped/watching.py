"""What the server takes while it is loaded: memory, processor, open files, database connections."""

from __future__ import annotations

import re
import statistics
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from types import TracebackType
from typing import NamedTuple, Self

import httpx
import psutil
import psycopg

from tests.load.shaped.target import Target

EVERY = 1.0  # seconds
_COUNT = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
_SERIES = re.compile(r"^(process_\w+) (\S+)$", re.MULTILINE)


class Look(NamedTuple):
    """At wall time `at`; None where it could not be seen."""

    at: float
    resident: float | None  # MiB, all processes of the server together
    processor: float | None  # seconds of CPU so far
    files: float | None  # open descriptors: sockets of clients and of the database
    database: float | None  # connections of the database
    machine: float | None  # seconds of CPU of all there is on it, so far


class Watch:
    """A thread that looks once a second, while its `with` block lasts."""

    def __init__(self, target: Target) -> None:
        self.looks: list[Look] = []
        self._target = target
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def cores(self, name: str = "processor") -> list[tuple[float, float]]:
        """(wall time, cores in use since the look before), of `processor` or `machine`."""
        taken = self.series(name)
        return [
            (at, (seconds - before) / max(1e-6, at - since))
            for (since, before), (at, seconds) in pairwise(taken)
        ]

    def series(self, name: str) -> list[tuple[float, float]]:
        """(wall time, value) of one of what is looked at."""
        found = [(look.at, getattr(look, name)) for look in self.looks]
        return [(at, value) for at, value in found if value is not None]

    def _run(self) -> None:
        look = self._local if self._target.pids else self._scraped
        while not self._over.wait(EVERY):
            # A process that ends meanwhile, a database that is away: one look is missing.
            with suppress(psutil.Error, httpx.HTTPError, psycopg.Error):
                self.looks.append(look())

    def _local(self) -> Look:
        tree = [p for pid in self._target.pids for p in _tree(pid)]
        at, busy = time.time(), _busy()  # the two that a rate is made of
        return Look(
            at=at,
            resident=sum(each.memory_info().rss for each in tree) / 2**20,
            processor=sum(sum(each.cpu_times()[:2]) for each in tree),
            files=sum(each.num_fds() for each in tree),
            database=_asked(self._target.database_url),
            machine=busy,
        )

    def _scraped(self) -> Look:
        """Of the one process that answers, where nothing else is to be seen."""
        with self._target.client() as client:
            text = client.get("/metrics").text
        found = {name: float(value) for name, value in _SERIES.findall(text)}
        memory = found.get("process_resident_memory_bytes")
        return Look(
            at=time.time(),
            resident=None if memory is None else memory / 2**20,
            processor=found.get("process_cpu_seconds_total"),
            files=found.get("process_open_fds"),
            database=None,
            machine=None,
        )

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


def _tree(pid: int) -> list[psutil.Process]:
    """A server of several processes has children."""
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def _busy() -> float:
    """All but idle, and waiting for the disk, which is idle too."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))


def _asked(database_url: str) -> float | None:
    if not database_url:
        return None
    with psycopg.connect(database_url) as connection:
        row = connection.execute(_COUNT).fetchone()
    return float(row[0]) if row else None


def growth(series: Sequence[tuple[float, float]]) -> float:
    """How much it grew over its time, by the straight line through it; nan for too little.

    The line and not the two ends: the allocator takes and gives in steps.
    """
    if len(series) < 5:
        return float("nan")
    line = statistics.linear_regression(*zip(*series, strict=True))
    return line.slope * (series[-1][0] - series[0][0])


def between(
    series: Sequence[tuple[float, float]], begin: float, end: float
) -> list[tuple[float, float]]:
    return [(at, value) for at, value in series if begin <= at < end]


def median(series: Sequence[tuple[float, float]]) -> float:
    """nan without values."""
    values = [value for _, value in series]
    return statistics.median(values) if values else float("nan")
