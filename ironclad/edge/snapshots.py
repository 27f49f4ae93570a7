"""What a state of the database holds, by PostgreSQL's own word for it (pure).

`pg_current_snapshot()` reads `xmin:xmax:xip,xip`: every transaction below xmin has ended, none from
xmax on had begun to count, and those in the list were still under way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SNAPSHOT = re.compile(r"([0-9]{1,20}):([0-9]{1,20}):((?:[0-9]{1,20},?)*)")
_VERSION = re.compile(rb"[1-9][0-9]{0,19}")


@dataclass(frozen=True, slots=True)
class Snapshot:
    xmin: int
    xmax: int
    running: frozenset[int]

    def sees(self, version: int) -> bool:
        """Whether what this transaction has written is in the state."""
        if version < self.xmin:
            return True
        return version < self.xmax and version not in self.running

    def covers(self, other: Snapshot) -> bool:
        """Whether it holds all that another state of the same database holds."""
        if any(other.sees(each) for each in self.running):
            return False
        # From xmax on it holds nothing: all that the other knows there must be under way there.
        unknown = sum(each >= self.xmax for each in other.running)
        return other.xmax - self.xmax <= unknown

    def __str__(self) -> str:
        return f"{self.xmin}:{self.xmax}:{','.join(map(str, sorted(self.running)))}"


def parse(told: str) -> Snapshot | None:
    """None for what is no snapshot."""
    found = _SNAPSHOT.fullmatch(told)
    if found is None:
        return None
    running = frozenset(int(each) for each in found[3].split(",") if each)
    return Snapshot(int(found[1]), int(found[2]), running)


def version(sent: bytes) -> int | None:
    """The transaction that a client names; None for what names none."""
    return int(sent) if _VERSION.fullmatch(sent) else None
