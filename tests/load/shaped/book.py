"""What was asked and what came of it, and the arithmetic of it. Plain Python, pure."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

CUT = 0  # no whole answer: refused, cut, or later than the time limit
NOT_SENT = -1  # as many as may be were in flight
_REFUSED = 429  # no failure of the service, but no answer to somebody who asks for one
_SERVER_ERROR = 500


class Sample(NamedTuple):
    """One request that is over. Times in seconds; `due` and what follows count from the start.

    `latency` begins when it was due, not when it was sent: what waited for the pacer, or for
    the answers before it, has waited.
    """

    due: float
    late: float  # from due to sent: the pacer's own delay
    latency: float
    kind: str
    status: int

    @property
    def ended(self) -> float:
        return self.due + self.latency

    @property
    def good(self) -> bool:
        return self.status > CUT and self.status != _REFUSED and not self.failed

    @property
    def failed(self) -> bool:
        """As the service's own objectives count failures, if it was answered at all."""
        return self.status >= _SERVER_ERROR


def quantile(values: Iterable[float], q: float) -> float:
    """Nearest rank; nan without values."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(q * len(ordered)) - 1)]


@dataclass
class Book:
    """`due` holds every request that was due, `samples` those that are over, in order of end."""

    due: list[float] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)

    def window(self, begin: float, end: float) -> Window:
        """The requests that were due in [begin, end); who has no answer yet counts as late."""
        offered = bisect_left(self.due, end) - bisect_left(self.due, begin)
        mine = [each for each in self.samples if begin <= each.due < end]
        achieved = sum(begin <= s.ended < end and s.good for s in self.samples)
        return Window(begin, end, offered, achieved, mine)

    def whole(self) -> Window:
        """All of it, the answers that came after the last was due included."""
        end = max((each.ended for each in self.samples), default=0.0)
        return self.window(0.0, max(end, *self.due[-1:], 0.0) + 1e-9)


@dataclass(frozen=True)
class Window:
    begin: float
    end: float
    offered: int  # requests that were due
    achieved: int  # good answers that came, whenever their requests were due
    samples: Sequence[Sample]  # of those that were due

    @property
    def unanswered(self) -> int:
        return self.offered - len(self.samples)

    @property
    def errors(self) -> int:
        return sum(not each.good for each in self.samples)

    @property
    def error_ratio(self) -> float:
        """nan without requests."""
        return self.errors / len(self.samples) if self.samples else math.nan

    @property
    def achieved_ratio(self) -> float:
        return self.achieved / self.offered if self.offered else math.nan

    def latency(self, q: float) -> float:
        """Of all, failed ones too; inf where it falls among those without an answer."""
        waiting = [math.inf] * self.unanswered
        return quantile([*(each.latency for each in self.samples), *waiting], q)

    def lateness(self, q: float) -> float:
        return quantile((each.late for each in self.samples), q)

    def statuses(self) -> dict[int, int]:
        return dict(sorted(Counter(each.status for each in self.samples).items()))

    def of_kind(self) -> dict[str, list[Sample]]:
        found: dict[str, list[Sample]] = {}
        for each in self.samples:
            found.setdefault(each.kind, []).append(each)
        return dict(sorted(found.items()))


class Second(NamedTuple):
    """One second of the run: what was due in it, what was answered in it."""

    offered: int
    good: int
    bad: int
    latencies: list[float]  # of the requests that were due in it


def seconds(book: Book) -> list[Second]:
    """From the first to the last that anything was due or answered in."""
    last = max([*book.due[-1:], *(each.ended for each in book.samples)], default=-1.0)
    found = [Second(0, 0, 0, []) for _ in range(int(last) + 1)]
    for due in book.due:
        each = found[int(due)]
        found[int(due)] = each._replace(offered=each.offered + 1)
    for sample in book.samples:
        found[int(sample.due)].latencies.append(sample.latency)
        at = int(sample.ended)
        each = found[at]
        found[at] = (
            each._replace(good=each.good + 1)
            if sample.good
            else each._replace(bad=each.bad + 1)
        )
    return found
