"""The background's bulkhead, as it is told: its threads, of which each has one connection.

A thread that is busy refuses what comes next at once; nothing queues for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironclad.observability.metrics import (
    bulkhead_in_use,
    bulkhead_limit,
    bulkhead_rejected_total,
)

if TYPE_CHECKING:
    from sre_console.live.runtime import Runtime

NAME = "background"


class BackgroundThreads:
    """`ironclad.resilience.process.Bulkhead` over the threads of a replica."""

    waiting = 0

    def __init__(self, parts: Runtime) -> None:
        self._parts = parts
        bulkhead_in_use.labels(NAME).set_function(lambda: self.in_use)
        bulkhead_rejected_total.labels(NAME)  # exists at 0
        bulkhead_limit.labels(NAME).set_function(lambda: self.limit)

    @property
    def in_use(self) -> int:
        busy = [worker.busy for worker in self._parts.workers]
        return sum([self._parts.listener.busy, *busy])

    @property
    def limit(self) -> int:
        return 1 + len(self._parts.workers)

    @property
    def refused(self) -> int:
        return sum(worker.refused for worker in self._parts.workers)
