"""The bulkhead: how many calls of one destination may be under way at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ironclad.errors import BulkheadFull
from ironclad.observability.metrics import (
    bulkhead_in_use,
    bulkhead_limit,
    bulkhead_rejected_total,
    bulkhead_waiting,
)
from ironclad.resilience.deadline import remaining
from ironclad.resilience.process import bulkheads

_RETRY_AFTER = 1  # whole seconds


class Places:
    """Safe to use from any thread. Those who wait hold a thread each: as many as have a place."""

    def __init__(self, name: str, limit: int, wait: float) -> None:
        self.limit = limit
        self.in_use = 0
        self.waiting = 0
        self.refused = 0
        self._name = name
        self._wait = wait  # seconds
        self._left = threading.Condition()
        bulkheads[name] = self
        bulkhead_in_use.labels(name).set_function(lambda: self.in_use)
        bulkhead_limit.labels(name).set_function(lambda: self.limit)
        bulkhead_waiting.labels(name).set_function(lambda: self.waiting)
        bulkhead_rejected_total.labels(name)  # exists at 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place inside. Raises BulkheadFull when none became free in time."""
        most = remaining(self._wait)
        with self._left:
            if not self._taken(most):
                self.refused += 1
                bulkhead_rejected_total.labels(self._name).inc()
                message = f"Too many calls are under way in {self._name}; try again."
                raise BulkheadFull(message, retry_after=_RETRY_AFTER)
        try:
            yield
        finally:
            with self._left:
                self.in_use -= 1
                self._left.notify()

    def _taken(self, most: float) -> bool:
        if self.in_use >= self.limit:
            if self.waiting >= self.limit:
                return False
            self.waiting += 1
            try:
                self._left.wait_for(lambda: self.in_use < self.limit, most)
            finally:
                self.waiting -= 1
        if self.in_use >= self.limit:
            return False
        self.in_use += 1
        return True
