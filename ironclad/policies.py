"""When a breaker opens and how often a retry is made: the settings, for every dependency alike."""

from __future__ import annotations

from django.conf import settings

from ironclad.resilience.breaker import BreakerPolicy
from ironclad.resilience.retry import RetryPolicy


def breaker_policy() -> BreakerPolicy:
    return BreakerPolicy(
        failures=settings.BREAKER_FAILURES,
        ratio=settings.BREAKER_RATIO,
        window=settings.BREAKER_WINDOW,
        open_seconds=settings.BREAKER_OPEN,
        trials=settings.BREAKER_TRIALS,
        trial_seconds=max(60.0, 2 * _longest_call()),
    )


def _longest_call() -> float:
    """Seconds; a trial that takes longer has been lost."""
    longest: float = max(
        settings.REQUEST_DEADLINE,
        settings.DATABASE_DEADLINE,
        settings.OUTBOUND_DEADLINE,
    )
    return longest


def retry_policy() -> RetryPolicy:
    return RetryPolicy(
        attempts=settings.RETRY_ATTEMPTS,
        base=settings.RETRY_BASE,
        budget=settings.RETRY_BUDGET,
    )
