"""What this replica uses: samples of the last ten seconds, taken on the event loop.

The loop wakes 20 times a second for its leases anyway; each time it notes how late it was and
how many places are taken, and once a second what the kernel counts. That costs a few
microseconds a turn.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ironclad.clock import Clock
from ironclad.observability import usage
from ironclad.observability.metrics import event_loop_lag_seconds, pools
from ironclad.resilience.process import bulkheads
from sre_console.capacity.caching import CacheCounts, cache_counts

SECONDS = 10  # that the figures are of
_TURNS = 200  # of the loop, in that time
SERVICE = "service"
CONSOLES = "consoles"
_TAIL = 0.99

Usage = dict[str, object]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the kernel and the counters said at one moment."""

    at: float  # monotonic
    cpu: float
    machine: usage.Machine | None
    rss: int | None
    cache: CacheCounts | None


@dataclass(slots=True)
class Places:
    """Of one bounded resource: how many were taken each time somebody looked."""

    taken: deque[int] = field(default_factory=lambda: deque(maxlen=_TURNS))
    waiting: deque[int] = field(default_factory=lambda: deque(maxlen=_TURNS))
    limit: int = 0

    def note(self, taken: int, waiting: int, limit: int) -> None:
        self.taken.append(taken)
        self.waiting.append(waiting)
        self.limit = limit

    def json(self) -> Usage | None:
        """Taken on the average, which is what a load uses; waiting and taken at the worst."""
        if not self.taken:
            return None
        return {
            "inUse": round(sum(self.taken) / len(self.taken), 2),
            "peak": max(self.taken),
            "limit": self.limit,
            "waiting": max(self.waiting),
        }


def reading(at: float) -> Reading:
    return Reading(
        at, usage.cpu_seconds(), usage.machine(), usage.resident_bytes(), cache_counts()
    )


class Sampler:
    """Belongs to the event loop's thread; `usage` may be asked from any."""

    def __init__(
        self,
        clock: Clock,
        read: Callable[[float], Reading] = reading,
        *,
        processes: int = 1,
    ) -> None:
        self._clock = clock
        self._read = read
        self._late: deque[float] = deque(maxlen=_TURNS)
        self._readings: deque[Reading] = deque(maxlen=SECONDS + 1)
        self._slots, self._pool = Places(), Places()
        self._cores, self._memory = usage.cores(), usage.memory_limit()
        self._processes = processes  # that share both
        event_loop_lag_seconds.set_function(lambda: tail(list(self._late)) or 0.0)

    def turn(self, late: float) -> None:
        """The loop has woken, this many seconds after it should have."""
        self._late.append(max(0.0, late))
        if (slots := bulkheads.get(SERVICE)) is not None:
            self._slots.note(slots.in_use, slots.waiting, slots.limit)
        if (pool := pools.get(SERVICE)) is not None:
            self._pool.note(pool.in_use, pool.waiting, pool.size)
        now = self._clock.monotonic()
        if not self._readings or now - self._readings[-1].at >= 1:
            self._readings.append(self._read(now))

    def usage(self, rate: float | None) -> Usage:
        """JSON-ready. What nobody could measure is null, never 0.

        `rate`: service requests a second that this replica answered.
        """
        readings = list(self._readings)
        late = list(self._late)
        first, last = (readings[0], readings[-1]) if readings else (None, None)
        consoles = bulkheads.get(CONSOLES)
        return {
            "requestsPerSecond": None if rate is None else round(rate, 2),
            "cpu": _cpu(first, last),
            "machine": _machine(first, last),
            "cores": self._cores,
            "processes": self._processes,
            "memoryBytes": last.rss if last else None,
            "memoryLimitBytes": self._memory,
            "loopLagSeconds": tail(late),
            "loopLagWorstSeconds": max(late, default=None),
            "slots": self._slots.json(),
            "pool": self._pool.json(),
            "consoles": {"inUse": consoles.in_use, "limit": consoles.limit}
            if consoles
            else None,
            "cache": _cache(readings),
        }


def tail(values: Sequence[float], share: float = _TAIL) -> float | None:
    """The value that this share of them does not exceed; None: there are none."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]


def _cpu(first: Reading | None, last: Reading | None) -> float | None:
    """Cores that the process has kept busy."""
    if first is None or last is None or last.at <= first.at:
        return None
    return round((last.cpu - first.cpu) / (last.at - first.at), 4)


def _machine(first: Reading | None, last: Reading | None) -> float | None:
    """Share of all the machine's cores that were busy, by whomever."""
    if first is None or last is None or first.machine is None or last.machine is None:
        return None
    ticks = last.machine.all - first.machine.all
    return round((last.machine.busy - first.machine.busy) / ticks, 4) if ticks else None


def _cache(readings: Sequence[Reading]) -> Usage | None:
    """Fresh: most of the time; a moment without an answer is no listener that was cut."""
    found = [(each.at, each.cache) for each in readings if each.cache is not None]
    if not found:
        return None
    (began, first), (ended, last) = found[0], found[-1]
    fresh = [counts.fresh for _at, counts in found if counts.fresh is not None]
    told = last.told() | {
        "fresh": 2 * sum(fresh) >= len(fresh) if fresh else None,
    }
    return told | (last.rates(first, ended - began) if ended > began else {})
