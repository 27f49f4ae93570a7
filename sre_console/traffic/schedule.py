"""When the next request is due: an open loop on an absolute timetable."""

from __future__ import annotations

from dataclasses import dataclass

# A slot this late is given up instead of sent in one burst with its neighbours: the
# service would be judged on a spike that nobody asked for.
TOLERANCE = 0.25  # seconds


@dataclass(frozen=True, slots=True)
class Due:
    send: int
    missed: int  # too late to send evenly


class Schedule:
    """Slot k of a rate is due at `began + k / rate`, however slow the answers are.

    Times are monotonic seconds. A new rate starts a new timetable one interval from
    now, so a slider that moves quickly causes no burst either.
    """

    def __init__(self, now: float, rate: float = 0.0) -> None:
        self.rate = 0.0
        self._began = now
        self._next = 0
        self.set_rate(rate, now)

    def set_rate(self, rate: float, now: float) -> None:
        if rate == self.rate:
            return
        self.rate = rate
        self._began = now
        self._next = 1

    def wait(self, now: float, most: float) -> float:
        """Seconds until the next slot, at most `most`; 0 when one is due."""
        if self.rate <= 0:
            return most
        return min(most, max(0.0, self._at(self._next) - now))

    def take(self, now: float) -> Due:
        """The slots that are due by now; each is given out once."""
        if self.rate <= 0 or self._at(self._next) > now:
            return Due(0, 0)
        last = int((now - self._began) * self.rate)
        first_in_time = self._next
        if now - self._at(self._next) > TOLERANCE:
            first_in_time = int((now - TOLERANCE - self._began) * self.rate) + 1
        first_in_time = min(max(first_in_time, self._next), last + 1)
        due = Due(send=last + 1 - first_in_time, missed=first_in_time - self._next)
        self._next = last + 1
        return due

    def _at(self, slot: int) -> float:
        return self._began + slot / self.rate
