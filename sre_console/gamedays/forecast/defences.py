"""The resilience patterns of this process as a forecast takes them."""

from __future__ import annotations

from django.conf import settings

from ironclad.edge.admission import UNBOUNDED
from ironclad.resilience.process import patterns
from sre_console.gamedays.forecast.effect import Defences


def defences_in_force() -> Defences:
    """As they are set, without those that are switched off now."""
    opens = patterns.on("breaker") and settings.BREAKER_RATIO == 0
    return Defences(
        slots=settings.ADMISSION_LIMIT if patterns.on("bulkhead") else UNBOUNDED,
        queue_wait=settings.ADMISSION_WAIT,
        attempts=settings.RETRY_ATTEMPTS if patterns.on("retry") else 1,
        retry_base=settings.RETRY_BASE,
        retry_budget=settings.RETRY_BUDGET,
        breaker_failures=settings.BREAKER_FAILURES if opens else None,
        breaker_open=settings.BREAKER_OPEN,
    )
