"""What the requests mean to the business: transactions, callers, money at risk."""

from __future__ import annotations

from collections import OrderedDict

from django.conf import settings

from ironclad.clock import Clock
from ironclad.edge.events import RequestFinished
from ironclad.observability.metrics import (
    business_active_users,
    business_revenue_at_risk_dollars_total,
    business_transactions_total,
)
from ironclad.observability.promised import TYPES

_ACTIVE = 300.0  # seconds
_MOST_CALLERS = 10_000  # the gauge stops there; memory stays bounded
_SERVER_ERROR = 500
_REFUSED = 400


class BusinessObserver:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: OrderedDict[str, float] = OrderedDict()  # caller → monotonic
        business_active_users.set_function(self.active_users)

    def __call__(self, finished: RequestFinished, /) -> None:
        if not finished.service:
            return
        if finished.caller is not None:
            self._note(finished.caller, finished.finished)
        kind = TYPES.get(finished.method)
        if kind is not None:
            outcome = _outcome(finished.status)
            business_transactions_total.labels(kind, outcome).inc()
            if outcome == "failed":
                business_revenue_at_risk_dollars_total.inc(settings.TRANSACTION_VALUE)

    def active_users(self) -> int:
        """Distinct callers of the last 5 minutes."""
        oldest = self._clock.monotonic() - _ACTIVE
        # A copy: the scrape runs in a thread of its own.
        return sum(seen > oldest for seen in list(self._seen.values()))

    def _note(self, caller: str, now: float) -> None:
        self._seen[caller] = now
        self._seen.move_to_end(caller)
        oldest = now - _ACTIVE
        while self._seen:
            first = next(iter(self._seen))
            if self._seen[first] > oldest and len(self._seen) <= _MOST_CALLERS:
                return
            del self._seen[first]


def _outcome(status: int) -> str:
    if status >= _SERVER_ERROR:
        return "failed"
    return "rejected" if status >= _REFUSED else "succeeded"
