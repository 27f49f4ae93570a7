"""What the timeline counts, and the difference of two of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sre_console.slo.histogram import BUCKETS

# {"availability": (bad, bad of the exercise), …}; an SLO that is missing has none
Bad = dict[str, tuple[int, int]]
# What the resilience patterns did and rate limits refused, by kind; what is missing is none
Work = dict[str, int]
# Calls let through to the database, its retries; requests that the breaker, a bulkhead or a
# deadline refused or cut; answers from what was kept.
WORK = ("calls", "retries", "breaker", "bulkhead", "deadline", "degraded")
# Requests that a rate limit refused: all of them, and those of the built-in traffic among
# them. No SLO calls them bad.
LIMITED, LIMITED_TRAFFIC = "limited", "limitedTraffic"


@dataclass(slots=True)
class Counters:
    """Counts of SLI events: of a second, of a window, or cumulative."""

    total: int = 0
    failed: int = 0  # 5xx
    exercise: int = 0
    seeded: int = 0
    covered: int = 0  # seconds that hold data
    bad: Bad = field(default_factory=dict)
    histogram: list[int] = field(default_factory=list)  # empty: not asked for, or none
    work: Work = field(default_factory=dict)  # likewise

    def add(self, other: Counters) -> None:
        self.total += other.total
        self.failed += other.failed
        self.exercise += other.exercise
        self.seeded += other.seeded
        self.covered += other.covered
        for slo, (bad, drilled) in other.bad.items():
            mine = self.bad.get(slo, (0, 0))
            self.bad[slo] = (mine[0] + bad, mine[1] + drilled)
        for kind, count in other.work.items():
            self.work[kind] = self.work.get(kind, 0) + count
        if other.histogram:
            mine_h = self.histogram or [0] * BUCKETS
            pairs = zip(mine_h, other.histogram, strict=False)
            # a file from a version with other edges may be shorter: the rest stays
            self.histogram = [a + b for a, b in pairs] + mine_h[len(other.histogram) :]

    def bad_of(self, slo: str) -> int:
        return self.bad.get(slo, (0, 0))[0]

    def copy(self) -> Counters:
        return Counters(
            self.total, self.failed, self.exercise, self.seeded, self.covered,
            dict(self.bad), list(self.histogram), dict(self.work),
        )  # fmt: skip

    def since(self, earlier: Counters) -> Counters:
        """The counts between an earlier cumulative row and this one."""
        mine, theirs = self.histogram, earlier.histogram
        zero = (0, 0)
        return Counters(
            total=self.total - earlier.total,
            failed=self.failed - earlier.failed,
            exercise=self.exercise - earlier.exercise,
            seeded=self.seeded - earlier.seeded,
            covered=self.covered - earlier.covered,
            bad={
                slo: (
                    bad - earlier.bad.get(slo, zero)[0],
                    drilled - earlier.bad.get(slo, zero)[1],
                )
                for slo, (bad, drilled) in self.bad.items()
            },
            histogram=(
                [a - b for a, b in zip(mine, theirs, strict=False)] if theirs else mine
            ),
            work={
                kind: count - earlier.work.get(kind, 0)
                for kind, count in self.work.items()
            },
        )


def bad_read(stored: Mapping[str, Iterable[int]]) -> Bad:
    """The JSON of a row as `Bad`."""
    read: Bad = {}
    for slo, (bad, drilled) in stored.items():
        read[slo] = (bad, drilled)
    return read
