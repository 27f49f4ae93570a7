"""What is made of the patterns' events: metrics, and a line in the log."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatchmethod

import structlog

from ironclad.clock import clock
from ironclad.observability.metrics import (
    chaos_injected_total,
    circuit_breaker_calls_total,
    circuit_breaker_not_closed_seconds,
    circuit_breaker_state,
    circuit_breaker_transitions_total,
    resilience_pattern_on,
    retry_attempts_total,
    retry_refused_total,
    start_breaker_series,
)
from ironclad.resilience.breaker import Breaker
from ironclad.resilience.events import (
    BreakerChanged,
    BreakerMade,
    CallEnded,
    CallRefused,
    Event,
    FaultInjected,
    RetryMade,
    RetryRefused,
    RetryScheduled,
    State,
    events,
)
from ironclad.resilience.patterns import PATTERNS, Pattern
from ironclad.resilience.process import breakers, patterns

_NUMBER: dict[State, int] = {"closed": 0, "open": 1, "half_open": 2}

logger = structlog.get_logger(__name__)


class ResilienceObserver:
    """Called in whichever thread a call is made."""

    def __call__(self, event: Event, /) -> None:
        self.note(event)

    @singledispatchmethod
    def note(self, event: object) -> None:
        """Events that nothing is made of."""

    @note.register
    def _(self, event: BreakerChanged) -> None:
        circuit_breaker_transitions_total.labels(event.name, event.after).inc()
        tell = logger.warning if event.after == "open" else logger.info
        tell(
            "circuit_breaker_changed",
            breaker=event.name,
            before=event.before,
            after=event.after,
            reason=event.reason,
        )

    @note.register
    def _(self, event: BreakerMade) -> None:
        _start(event.name)

    @note.register
    def _(self, event: CallEnded) -> None:
        circuit_breaker_calls_total.labels(event.name, event.outcome).inc()

    @note.register
    def _(self, event: CallRefused) -> None:
        # Its line in the log is the request's own: see AccessLog.
        circuit_breaker_calls_total.labels(event.name, "refused").inc()

    @note.register
    def _(self, event: RetryScheduled) -> None:
        logger.info(
            "retry_scheduled",
            dependency=event.name,
            attempt=event.attempt,
            wait=round(event.wait * 1000, 1),  # milliseconds
            error=event.error,
        )

    @note.register
    def _(self, event: RetryMade) -> None:
        retry_attempts_total.labels(event.name).inc()

    @note.register
    def _(self, event: RetryRefused) -> None:
        retry_refused_total.labels(event.name, event.reason).inc()
        logger.info(
            "retry_refused",
            dependency=event.name,
            attempt=event.attempt,
            reason=event.reason,
        )

    @note.register
    def _(self, event: FaultInjected) -> None:
        chaos_injected_total.labels(event.kind).inc()


def observe() -> None:
    """Count and log from now on; called once, where the process is put together."""
    events.subscribe(ResilienceObserver())
    for name in breakers:
        _start(name)
    for pattern in PATTERNS:
        resilience_pattern_on.labels(pattern).set_function(_on(pattern))


def _start(name: str) -> None:
    breaker = breakers[name]
    start_breaker_series(name)
    circuit_breaker_state.labels(name).set_function(
        lambda: _NUMBER[breaker.standing().state]
    )
    circuit_breaker_not_closed_seconds.labels(name).set_function(_not_closed(breaker))


def _not_closed(breaker: Breaker) -> Callable[[], float]:
    def seconds() -> float:
        left = breaker.standing().left_closed
        return 0.0 if left is None else clock.monotonic() - left

    return seconds


def _on(pattern: Pattern) -> Callable[[], float]:
    return lambda: float(patterns.on(pattern))
