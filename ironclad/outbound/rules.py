"""What the errors of another system mean, and the guard of the way to it."""

from __future__ import annotations

import math

from django.conf import settings

from ironclad.clock import clock
from ironclad.errors import DeadlineExceeded, OutboundUnavailable
from ironclad.outbound.answer import Answer
from ironclad.policies import breaker_policy, retry_policy
from ironclad.resilience import process
from ironclad.resilience.events import events
from ironclad.resilience.guard import Guard, Rules
from ironclad.resilience.patterns import Patterns
from ironclad.resilience.retry import RetryBudget

# A second request with the same effect as one (RFC 9110, section 9.2.2).
IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
# Bad gateway, service unavailable, gateway timeout: whoever answers speaks for a system that
# is away. A 500 may be about this one request, and comes again with it.
AWAY = frozenset({502, 503, 504})
# A destination with ten calls a minute may try each again; the budget's share counts beyond.
_LEAST_RETRIES = 10
# Nobody switches these: an operator's exercise is on the service and its database, and must
# not become a storm of retries on somebody else's system.
_PATTERNS = Patterns(clock)


class AnsweredAway(OutboundUnavailable):
    """A failure to the patterns; after the last try its answer is what the caller gets."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


RULES = Rules(
    failure=lambda error: isinstance(error, OutboundUnavailable | DeadlineExceeded),
    worth_a_retry=lambda error: isinstance(error, OutboundUnavailable),
    unavailable=OutboundUnavailable,
)


def guarded(name: str) -> Guard:
    """A guard for one destination, with a breaker and a retry budget of its own."""
    share = settings.RETRY_BUDGET
    made = Guard(
        process.breaker(name, breaker_policy(), title=name),
        retry=retry_policy(),
        budget=RetryBudget(
            share, monotonic=clock.monotonic, least=_LEAST_RETRIES if share else 0
        ),
        patterns=_PATTERNS,
        rules=RULES,
        publish=events.publish,
        limit=lambda: math.inf,  # the whole call has a deadline, and it bounds each try
        of_request=False,
    )
    events.subscribe(made.hear)
    return made
