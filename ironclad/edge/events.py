"""What the edge tells the rest, and what it asks of it.

The platform knows no SLOs and no fault plans: it publishes finished requests to observers
and asks a fault source what to do with each request that arrives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ironclad.resilience.effects import Effects


@dataclass(frozen=True, slots=True)
class FaultDecision:
    """What the fault plan in force has in store for one request."""

    version: int  # of the plan
    delay: float = 0.0  # seconds
    error: bool = False
    concealed: bool = False  # nobody is told that it was injected
    # What the source has counted of it already: its own words, told to it again at the end.
    counted: tuple[str, ...] = ()

    @property
    def injected(self) -> bool:
        return self.error or self.delay > 0


@dataclass(frozen=True, slots=True)
class RequestFinished:
    """One request that has its final status, counted exactly once."""

    request_id: str
    method: str
    route: str  # the URL pattern, or "unmatched"
    status: int  # 499 when the client left before its answer
    duration: float  # seconds, from arrival to the last byte, injected delay included
    finished: float  # monotonic seconds (ironclad.clock)
    service: bool  # one of the service routes: an SLI event
    fault: FaultDecision | None = None  # what was really injected; None: plan not on it
    refused: str | None = None  # the error code, where the edge itself refused
    caller: str | None = None  # who asked, as a short hash; never a token or address
    effects: Effects | None = None  # of the patterns; service requests alone have them
    limited: str | None = None  # a rate limit refused it: by what that counts
    # A fault was injected into it, or a pattern refused or cut it while the dependency was being
    # failed on purpose: what a real month would not be charged for.
    exercise: bool = False


class RequestObserver(Protocol):
    def __call__(self, finished: RequestFinished, /) -> None:
        """Called on the event loop; must not block or raise."""


class FaultSource(Protocol):
    def decide(self, method: str, path: str) -> FaultDecision | None:
        """The decision for a request that arrives now; None where no plan targets it."""

    async def hold(self, decision: FaultDecision) -> float:
        """Wait the decided delay; return the seconds waited.

        Returns early when the plan ends: an end wakes the delays in progress.
        """

    def stands(self, decision: FaultDecision) -> bool:
        """Whether faults are still on, so that a decided error may be answered."""

    def fails_dependency(self, method: str, path: str) -> bool:
        """Whether a fault of the dependency is in force for such requests now."""
