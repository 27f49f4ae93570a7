"""What the circuit breakers did: kept until it is stored, and read for the charts."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ironclad.clock import Clock
from ironclad.resilience.events import BreakerChanged, Event
from sre_console.models import BreakerTransition

_KEPT = 1000  # while the database is away
MOST = 200  # that are shown


@dataclass(frozen=True, slots=True)
class Transition:
    change: BreakerChanged
    at: datetime  # database time


class Transitions:
    """Observes the breakers of a replica, in whichever thread they change."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._unstored: deque[Transition] = deque(maxlen=_KEPT)

    def __call__(self, event: Event, /) -> None:
        if isinstance(event, BreakerChanged):
            ago = timedelta(seconds=self._clock.monotonic() - event.at)
            with self._lock:
                self._unstored.append(Transition(event, self._clock.now() - ago))

    def unstored(self) -> list[Transition]:
        with self._lock:
            return list(self._unstored)

    def stored(self, those: Sequence[Transition]) -> None:
        done = set(those)
        with self._lock:
            kept = [each for each in self._unstored if each not in done]
            self._unstored = deque(kept, maxlen=_KEPT)


def transitions_store(those: Sequence[Transition], replica: UUID) -> None:
    """Each once, however often it is repeated."""
    BreakerTransition.objects.bulk_create(
        [
            BreakerTransition(
                replica=replica,
                name=each.change.name,
                number=each.change.number,
                at=each.at,
                before=each.change.before,
                after=each.change.after,
                reason=each.change.reason,
            )
            for each in those
        ],
        ignore_conflicts=True,
    )


def transitions_json(since: datetime, until: datetime) -> list[dict[str, object]]:
    """Those of the range, newest first; times in epoch seconds."""
    rows = BreakerTransition.objects.filter(at__gte=since, at__lte=until)
    return [transition_json(row) for row in rows.order_by("-at", "-number")[:MOST]]


def transition_json(row: BreakerTransition) -> dict[str, object]:
    return {
        "replica": str(row.replica),
        "name": row.name,
        "number": row.number,
        "at": row.at.timestamp(),
        "from": row.before,
        "to": row.after,
        "reason": row.reason,
    }
