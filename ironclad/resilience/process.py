"""What there is one of in each process: the patterns in force, and its circuit breakers."""

from __future__ import annotations

from typing import Protocol

from ironclad.clock import clock
from ironclad.resilience.breaker import Breaker, BreakerPolicy
from ironclad.resilience.events import BreakerMade, events
from ironclad.resilience.patterns import Patterns

patterns = Patterns(clock)
breakers: dict[str, Breaker] = {}


class Bulkhead(Protocol):
    """A bounded compartment as it is told."""

    @property
    def in_use(self) -> int: ...
    @property
    def limit(self) -> int: ...
    @property
    def waiting(self) -> int: ...
    @property
    def refused(self) -> int: ...


# By name; whoever bounds something enters it.
bulkheads: dict[str, Bulkhead] = {}


def breaker(name: str, policy: BreakerPolicy, title: str | None = None) -> Breaker:
    """A breaker that `/health`, the console and the metrics know of.

    `title` begins the sentence that tells a caller of a refusal; "The <name>" without one.
    """
    breakers[name] = Breaker(
        name, policy, monotonic=clock.monotonic, publish=events.publish, title=title
    )
    events.publish(BreakerMade(name))
    return breakers[name]
