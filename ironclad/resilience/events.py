"""What the patterns did, as values. The core emits them; observers count, log and show them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

State = Literal["closed", "open", "half_open"]
Reason = Literal[
    "failures", "trial_due", "trial_succeeded", "trial_failed", "trial_lost",
    "tripped", "reset",
]  # fmt: skip
Refusal = Literal["breaker", "deadline", "budget"]
FaultKind = Literal["dependency_error", "dependency_delay"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BreakerChanged:
    """A circuit breaker went from one state to another."""

    name: str
    before: State
    after: State
    reason: Reason
    number: int  # of the change in this breaker: threads may tell theirs out of order
    at: float  # monotonic seconds (ironclad.clock)


@dataclass(frozen=True, slots=True)
class BreakerMade:
    """There is a circuit breaker of this name from now on."""

    name: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    """An attempt that was let through to the dependency came back."""

    name: str
    outcome: Literal["succeeded", "failed"]


@dataclass(frozen=True, slots=True)
class CallRefused:
    """A breaker refused a call; nothing was asked of the dependency."""

    name: str


@dataclass(frozen=True, slots=True)
class RetryScheduled:
    """A call failed and will be tried again."""

    name: str
    attempt: int  # the one that failed; 1 is the first
    wait: float  # seconds until the next
    error: str  # its code


@dataclass(frozen=True, slots=True)
class RetryMade:
    """A call that failed is being tried again: the breaker has let it through."""

    name: str
    attempt: int  # this one; 2 is the first retry


@dataclass(frozen=True, slots=True)
class RetryRefused:
    """A call failed in a way worth a retry, and was not tried again."""

    name: str
    attempt: int
    reason: Refusal


@dataclass(frozen=True, slots=True)
class FaultInjected:
    """A fault of the dependency was injected into one attempt."""

    name: str
    kind: FaultKind
    version: int  # of the fault plan
    attempt: int


Event: TypeAlias = (
    BreakerChanged
    | BreakerMade
    | CallEnded
    | CallRefused
    | RetryScheduled
    | RetryMade
    | RetryRefused
    | FaultInjected
)
Observer = Callable[[Event], None]
Publish = Callable[[Event], None]


class Events:
    """Hands each event to every observer, in the thread that caused it."""

    def __init__(self) -> None:
        self._observers: tuple[Observer, ...] = ()

    def subscribe(self, observer: Observer) -> Callable[[], None]:
        """`observer` must not block. Returns what ends the subscription."""
        self._observers = (*self._observers, observer)

        def leave() -> None:
            self._observers = tuple(o for o in self._observers if o is not observer)

        return leave

    def publish(self, event: Event) -> None:
        for observe in self._observers:
            try:
                observe(event)
            except Exception:
                # A call must not fail because somebody could not count it.
                logger.exception("resilience_observer_failed")


events = Events()
