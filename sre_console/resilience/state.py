"""How the patterns of this replica stand now, as JSON-ready values."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from ironclad.clock import Clock
from ironclad.database import guard
from ironclad.observability.metrics import pools
from ironclad.resilience.guard import Guard
from ironclad.resilience.patterns import PATTERNS, Patterns
from ironclad.resilience.process import breakers, bulkheads
from ironclad.resilience.report import breaker_json

State = dict[str, object]


def state_json(replica: UUID, clock: Clock, patterns: Patterns) -> State:
    """Each item names its replica: the lists of several replicas are put together."""
    off = patterns.off
    return {
        "patterns": {
            "version": patterns.version,
            "off": [pattern for pattern in PATTERNS if pattern in off],
        },
        "breakers": [
            breaker_json(breaker.standing(), replica, clock)
            for breaker in breakers.values()
        ],
        "bulkheads": [
            {
                "name": name,
                "replica": str(replica),
                "inUse": bulkhead.in_use,
                "limit": bulkhead.limit,
                "waiting": bulkhead.waiting,
                "refused": bulkhead.refused,
            }
            for name, bulkhead in bulkheads.items()
        ],
        "pools": [_pool_json(name, replica) for name in settings.DATABASE_POOLS],
        "retries": [_retry_json(guard.service(), replica)],
    }


def _pool_json(name: str, replica: UUID) -> dict[str, object]:
    pool = pools.get(name)  # made when it is first needed
    return {
        "name": name,
        "replica": str(replica),
        "inUse": pool.in_use if pool else 0,
        "idle": pool.idle if pool else 0,
        "limit": settings.DATABASE_POOLS[name],
        "refused": pool.refused if pool else 0,
    }


def _retry_json(guarded: Guard, replica: UUID) -> dict[str, object]:
    retries, calls = guarded.budget.used()
    return {
        "name": guarded.name,
        "replica": str(replica),
        "attempts": guarded.retry.attempts,  # at most, in all
        "retries": guarded.budget.taken,  # since the start
        "refused": guarded.budget.refused,  # by the budget, since the start
        "budget": {
            "share": guarded.retry.budget,
            "calls": calls,  # of the last minute
            "retries": retries,
        },
    }
