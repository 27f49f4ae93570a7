"""Each user's versions, and which of them may be the current one at a moment."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from math import inf

from tests.load.consistent.record import Version

May = Callable[[Version], bool]


class Chain:
    """The versions of one user. A write takes effect once, between `began` and `taken`."""

    def __init__(self, versions: list[Version]) -> None:
        self.versions = versions
        self._places = {each.number: place for place, each in enumerate(versions)}
        self.seal()

    def seal(self) -> None:
        """To be called when the last `taken` is known."""
        earliest = inf
        for version in reversed(self.versions):  # what came later tells of it, too
            earliest = version.taken = min(version.taken, earliest)
        self._taken = [version.taken for version in self.versions]
        self._began = [version.began for version in self.versions]

    def place(self, number: int) -> int | None:
        return self._places.get(number)

    def until(self, place: int) -> float:
        """By when the next version has replaced this one."""
        after = place + 1
        return self._taken[after] if after < len(self._taken) else inf

    def since(self, place: int) -> float:
        return self._began[place]

    def may_be(self, moment: float, forced: May) -> range:
        """The places that may be current; -1 is before the first. Forced writes have happened."""
        first = bisect_left(self._taken, moment) - 1
        end = max(bisect_right(self._began, moment), first + 1)
        for place in range(end - 1, first, -1):
            if forced(self.versions[place]):
                return range(place, end)
        return range(first, end)


class Acknowledged:
    """Of one replica: from when on an answer must show what it has acknowledged."""

    def __init__(self, versions: Iterable[Version]) -> None:
        ordered = sorted(versions, key=lambda each: each.acked)
        self._acked = [version.acked for version in ordered]
        self._began: list[float] = []
        latest = -inf
        for version in ordered:
            latest = max(latest, version.began)
            self._began.append(latest)

    def floor(self, moment: float) -> float:
        """No state before it has all that was acknowledged by the moment."""
        known = bisect_right(self._acked, moment)
        return self._began[known - 1] if known else -inf
