"""The service's guarded way to PostgreSQL: every query of the service routes goes through it."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.db import OperationalError, connections

from ironclad.clock import clock
from ironclad.errors import DatabaseUnavailable, DeadlineExceeded, PoolExhausted
from ironclad.policies import breaker_policy, retry_policy
from ironclad.resilience import process
from ironclad.resilience.bulkhead import compartment
from ironclad.resilience.events import events
from ironclad.resilience.guard import Guard, Rules
from ironclad.resilience.retry import RetryBudget

NAME = "database"
RETRY_AFTER = 1  # whole seconds, for the client
# Serialization failure, deadlock: the transaction was rolled back, the next try may pass.
_CONFLICTS = frozenset({"40001", "40P01"})


class UnguardedQuery(RuntimeError):  # noqa: N818 - read as a sentence
    """A service request reached for the database without the patterns in between."""

    def __init__(self) -> None:
        super().__init__(
            "service queries run inside ironclad.database.guard: see GuardedView"
        )


def is_failure(error: BaseException) -> bool:
    """Whether the breaker counts it: lost, late, refused, out of connections.

    Not what the database answered, such as a unique violation or a lock that was not to be had.
    """
    return isinstance(error, DatabaseUnavailable | DeadlineExceeded)


def is_worth_a_retry(error: BaseException) -> bool:
    """Lost, refused, or a conflict between transactions. Waiting longer never is."""
    if isinstance(error, OperationalError):
        return getattr(error.__cause__, "sqlstate", "") in _CONFLICTS
    return isinstance(error, DatabaseUnavailable) and not isinstance(
        error, PoolExhausted
    )


RULES = Rules(
    failure=is_failure,
    worth_a_retry=is_worth_a_retry,
    unavailable=lambda: DatabaseUnavailable(retry_after=RETRY_AFTER),
)


@cache
def service() -> Guard:
    """The one guard of the service's queries in this process."""
    made = Guard(
        process.breaker(NAME, breaker_policy()),
        retry=retry_policy(),
        budget=RetryBudget(settings.RETRY_BUDGET, monotonic=clock.monotonic),
        patterns=process.patterns,
        rules=RULES,
        publish=events.publish,
        limit=lambda: float(settings.DATABASE_DEADLINE),
        release=_give_back,
    )
    events.subscribe(made.hear)
    return made


def _give_back() -> None:
    # In other compartments a connection belongs to its thread: a test's, a command's.
    if compartment.get() == "service":
        connections["default"].close()
