"""How full each resource is, by replica, and from where on that is too full. Pure.

The thresholds are shares of a resource's limit. Those of what requests wait for come from queueing:
with one server that is busy for the share r of the time, work waits r / (1 - r) times as long as it takes;
that is 2.3 times at 70 % and nine times at 90 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args
from uuid import UUID

from sre_console.capacity.told import Taken, Used

Resource: TypeAlias = Literal[
    "cpu", "machine", "slots", "pool", "loop", "consoles", "memory", "connections"
]
RESOURCES: tuple[Resource, ...] = get_args(Resource)
State: TypeAlias = Literal["ok", "near", "full"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Threshold:
    near: float
    full: float


THRESHOLDS: dict[Resource, Threshold] = {
    # Of one core: Python runs in one thread at a time, so a process can use about one.
    "cpu": Threshold(0.7, 0.9),
    # Of all cores, the database's and the load client's work on the same machine included.
    "machine": Threshold(0.8, 0.95),
    "slots": Threshold(0.7, 0.9),
    "pool": Threshold(0.7, 0.9),
    # Of LAG_LIMIT. Beside 50 requests a second p99 is some 60 ms; 100 ms is a loop that is held up.
    "loop": Threshold(0.4, 1.0),
    "consoles": Threshold(0.8, 0.95),
    "memory": Threshold(0.8, 0.95),
    "connections": Threshold(0.8, 0.95),
}
# Half of what the latency objective allows a request; more would be spent on waking up alone.
LAG_LIMIT = 0.25  # seconds
# What grows in proportion to the requests, at the mix that there is now.
GROWING: frozenset[Resource] = frozenset({"cpu", "machine", "slots", "pool"})


@dataclass(frozen=True, slots=True)
class Saturation:
    resource: Resource
    replica: UUID | None  # None: all share it
    used: float
    limit: float
    waiting: int = 0

    @property
    def share(self) -> float:
        return self.used / self.limit

    @property
    def state(self) -> State:
        threshold = THRESHOLDS[self.resource]
        if self.share >= threshold.full:
            return "full"
        # Whoever waits has found all places taken, however few are on the average.
        return "near" if self.share >= threshold.near or self.waiting else "ok"

    @property
    def closeness(self) -> float:
        """1 where it is full: in this resources of different kinds are comparable."""
        return self.share / THRESHOLDS[self.resource].full


def saturations(
    replicas: Iterable[Used], connections: Taken | None
) -> list[Saturation]:
    """What is known, replica by replica in the order of RESOURCES; then what all share."""
    found = [each for used in replicas for each in _of(used)]
    if connections is not None:
        found.append(_places("connections", None, connections))
    return found


def worst(found: Sequence[Saturation], resource: Resource) -> Saturation | None:
    those = [each for each in found if each.resource == resource]
    # One where somebody waits comes before a fuller one where nobody does.
    return max(those, key=lambda e: (STATES.index(e.state), e.closeness), default=None)


def _of(used: Used) -> list[Saturation]:
    replica = used.replica
    found = []
    if used.cpu is not None:
        # A container may be held down to less than one core for each of its processes.
        most = min(1.0, used.cores / used.processes) if used.cores else 1.0
        found.append(Saturation("cpu", replica, used.cpu, most))
    if used.machine is not None:
        found.append(Saturation("machine", replica, used.machine, 1.0))
    if used.slots is not None:
        found.append(_places("slots", replica, used.slots))
    if used.pool is not None:
        found.append(_places("pool", replica, used.pool))
    if used.lag is not None:
        found.append(Saturation("loop", replica, used.lag, LAG_LIMIT))
    if used.consoles is not None:
        found.append(_places("consoles", replica, used.consoles))
    if used.memory is not None and used.memory_limit:
        # The container is ended when all of them together are at its bound.
        most = used.memory_limit / used.processes
        found.append(Saturation("memory", replica, float(used.memory), most))
    return found


def _places(resource: Resource, replica: UUID | None, taken: Taken) -> Saturation:
    return Saturation(resource, replica, taken.in_use, taken.limit, taken.waiting)
