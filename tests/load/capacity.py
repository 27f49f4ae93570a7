"""How many requests a replica carries, and how many replicas a load needs: plain arithmetic.

docs/guide/sizing.md works these out; a test keeps its tables equal to what is returned here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """What a server process takes: cores while nobody asks, and core seconds a request."""

    idle: float
    request: float

    def cores(self, rate: float) -> float:
        """Cores in use at `rate` requests a second."""
        return self.idle + rate * self.request

    def rate(self, cores: float) -> float:
        """Requests a second that `cores` are used up by; 0 where idling takes them all."""
        return max(0.0, (cores - self.idle) / self.request)


# What `python -m tests.load sizing` found, rounded up; it says whether this still holds.
RECKONED = Cost(idle=0.05, request=0.006)
RESIDENT = 200.0  # MiB of a process after the load


def replicas(load: float, each: float, *, least: int, most: int) -> int | None:
    """Replicas for `load` requests a second at `each`; None where `most` are too few."""
    needed = max(least, math.ceil(load / each))
    return needed if needed <= most else None


def left(replicas: int, *, zones: int = 3) -> int:
    """Replicas that stay when one of the zones goes, the fullest."""
    return replicas - math.ceil(replicas / zones)
