"""How many consoles one process holds, and when each of them is served.

Snapshots reach every console at the same moment. Sent in one go, 200 of them would hold the
event loop for tens of milliseconds, and each service request beside them would wait. So consoles
are served in small groups, a few milliseconds apart.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

MOST = 500
GROUP = 10  # consoles served in one turn of the event loop
GAP = 0.008  # seconds from one group to the next; 500 consoles take 0.4 s


@dataclass(frozen=True, slots=True)
class Place:
    number: int

    @property
    def wait(self) -> float:
        """Seconds after a snapshot until this console's turn."""
        return self.number // GROUP * GAP


class Places:
    """The lowest free number goes first, so few consoles never wait.

    Also `ironclad.resilience.process.Bulkhead`: a bounded compartment as it is told.
    """

    waiting = 0  # whoever finds no place is sent away

    def __init__(self, most: int = MOST) -> None:
        self._free = list(range(most))
        self.most = most
        self.refused = 0

    def take(self) -> Place | None:
        """A place, or None when all are taken."""
        if not self._free:
            self.refused += 1
            return None
        return Place(heapq.heappop(self._free))

    def give_back(self, place: Place) -> None:
        heapq.heappush(self._free, place.number)

    @property
    def taken(self) -> int:
        return self.most - len(self._free)

    @property
    def in_use(self) -> int:
        return self.taken

    @property
    def limit(self) -> int:
        return self.most
