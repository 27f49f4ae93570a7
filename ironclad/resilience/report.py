"""A process's patterns as JSON-ready values, the same for `/health`, the API and the console."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from ironclad.clock import Clock
from ironclad.envelope import timestamp
from ironclad.resilience.breaker import BreakerStanding


def breaker_json(
    standing: BreakerStanding, replica: UUID, clock: Clock
) -> dict[str, object]:
    """Moments are wall time: the breaker's own are monotonic, and mean nothing elsewhere."""
    trial, left = standing.next_trial, standing.left_closed
    return {
        "name": standing.name,
        "replica": str(replica),
        "state": standing.state,
        "failures": standing.failures,
        "threshold": standing.threshold,
        "since": _wall(standing.since, clock),
        "reason": standing.reason,
        "notClosedSince": None if left is None else _wall(left, clock),
        "nextTrialAt": None if trial is None else _wall(trial, clock),
    }


def _wall(monotonic: float, clock: Clock) -> str:
    ago = timedelta(seconds=clock.monotonic() - monotonic)
    return timestamp(clock.now() - ago)
