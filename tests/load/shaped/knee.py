"""The highest rate that is followed: steps upwards until one fails, then halving. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tests.load.shaped.book import Book, Window

P99 = 0.1  # seconds
ERRORS = 0.01  # ratio
ACHIEVED = 0.98  # ratio of offered
GROWTH = 1.5
RESOLUTION = 1.06  # between the highest that held and the lowest that did not
HIGHEST = 4000.0  # requests a second; the pacer bends long before
LOWEST = 1.0
SETTLE = 2.0  # seconds of a step that do not count
REST = 3.0  # seconds at the first rate after a step that failed: queues empty
# What has no answer this long after its window is far beyond the bound of p99 anyway.
PATIENCE = 0.25


def holds(seen: Window) -> bool:
    """Whether the service followed. Nothing asked is nothing followed."""
    return (
        seen.latency(0.99) < P99
        and seen.error_ratio < ERRORS
        and seen.achieved_ratio >= ACHIEVED
    )


@dataclass(frozen=True)
class Step:
    """One rate, and what was seen of it. p99 in seconds."""

    rate: float
    begin: float
    end: float
    p99: float
    error_ratio: float
    achieved_ratio: float
    held: bool


class Search:
    """Which rate to try next. A rate is given up only when it has failed twice."""

    def __init__(self, first: float) -> None:
        self._rate = first
        self._doubted = False
        self.low: Step | None = None
        self.high: float | None = None

    @property
    def rate(self) -> float | None:
        """The next one to try; None: found, or there is none to be found."""
        low = self.low.rate if self.low else LOWEST
        if self.high is not None and self.high / low <= RESOLUTION:
            return None
        return None if self._rate in {low, self.high} else self._rate

    def tell(self, step: Step) -> None:
        if not step.held and not self._doubted:
            self._doubted = True
            return
        self._doubted = False
        if step.held:
            self.low = step
        else:
            self.high = step.rate
        low = self.low.rate if self.low else None
        if self.high is None:
            self._rate = min(HIGHEST, round(step.rate * GROWTH))
        elif low is None:
            self._rate = max(LOWEST, round(step.rate / 2))
        else:
            self._rate = round(math.sqrt(low * self.high))


class Ramp:
    """The search as a shape: rests after a failure, `measured` seconds of each rate count."""

    def __init__(self, first: float, measured: float) -> None:
        self.search = Search(first)
        self.steps: list[Step] = []
        self._first = first
        self._measured = measured
        self._begins: float | None = None  # of the step; None while it rests
        self._rests_until = 0.0

    def rate(self, now: float, book: Book) -> float | None:
        """The rate to send at; None when all is known."""
        if self._begins is not None and now >= self._ends + PATIENCE:
            self._judge(book, now)
        rate = self.search.rate
        if rate is None:
            return None
        if self._begins is None:
            if now < self._rests_until:
                return self._first / 2
            self._begins = now
        return rate

    @property
    def _ends(self) -> float:
        return (self._begins or 0.0) + SETTLE + self._measured

    def _judge(self, book: Book, now: float) -> None:
        rate = self.search.rate
        assert rate is not None
        assert self._begins is not None
        seen = book.window(self._begins + SETTLE, self._ends)
        step = Step(
            rate=rate,
            begin=self._begins + SETTLE,
            end=self._ends,
            p99=seen.latency(0.99),
            error_ratio=seen.error_ratio,
            achieved_ratio=seen.achieved_ratio,
            held=holds(seen),
        )
        self.steps.append(step)
        self.search.tell(step)
        self._begins = None
        self._rests_until = now if step.held else now + REST
