"""Replicas that tell whatever a test wants them to."""

from __future__ import annotations

from uuid import UUID

from sre_console.capacity.advice import Situation
from sre_console.capacity.saturation import saturations
from sre_console.capacity.told import Taken, Used, used_read

ONE, TWO = UUID(int=1), UUID(int=2)
CALM: dict[str, object] = {
    "requestsPerSecond": 50.0,
    "cpu": 0.3,
    "machine": 0.2,
    "cores": 4.0,
    "memoryBytes": 100_000_000,
    "memoryLimitBytes": None,
    "loopLagSeconds": 0.01,
    "loopLagWorstSeconds": 0.02,
    "slots": {"inUse": 1.0, "peak": 3, "limit": 32, "waiting": 0},
    "pool": {"inUse": 1.0, "peak": 2, "limit": 20, "waiting": 0},
    "consoles": {"inUse": 2, "limit": 500},
    "cache": None,
}


def used(replica: UUID = ONE, /, **more: object) -> Used:
    return used_read(replica, CALM | more)


def taken(share: float, waiting: int = 0) -> dict[str, object]:
    return {"inUse": 10 * share, "limit": 10, "waiting": waiting}


def situation(
    *replicas: Used,
    connections: float = 0.1,
    knee_share: float | None = 0.1,
    cache_off: bool = False,
) -> Situation:
    shared = Taken(100 * connections, 100)
    found = saturations(replicas, shared)
    return Situation(replicas, found, knee_share, cache_off)
