"""What a chart shows, before anybody draws it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tests.load.shaped.book import Book, quantile, seconds
from tests.load.shaped.knee import Step
from tests.load.shaped.watching import Watch

Point = tuple[float, float]
# Of the console: what was asked, what is well, what costs, what is only beside it.
Ink = Literal["accent", "ok", "burn", "gone", "1", "2", "3"]


@dataclass(frozen=True)
class Line:
    name: str
    points: Sequence[Point]
    ink: Ink
    dots: bool = False  # points that no line joins


@dataclass(frozen=True)
class Bound:
    name: str
    value: float


@dataclass(frozen=True)
class Band:
    """A stretch of the x axis, as the time in which a fault was in force."""

    name: str
    begin: float
    end: float


@dataclass(frozen=True)
class Chart:
    title: str
    unit: str
    lines: Sequence[Line]
    bounds: Sequence[Bound] = ()
    bands: Sequence[Band] = ()
    x: str = "seconds"
    logarithmic: bool = False
    mark: Point | None = None  # the one that it is all about


def rates(book: Book, bands: Sequence[Band] = ()) -> Chart:
    told = list(enumerate(seconds(book)))[: _whole(book)]
    lines = [
        Line("asked", [(n, s.offered) for n, s in told], "accent"),
        Line("answered well", [(n, s.good) for n, s in told], "ok"),
        Line("errors", [(n, s.bad) for n, s in told], "burn"),
    ]
    return Chart("Requests", "per second", lines, bands=bands)


def latencies(book: Book, bound: float, bands: Sequence[Band] = ()) -> Chart:
    """`bound` in seconds. Of the requests that were due in each second."""
    told = [(n, s.latencies) for n, s in enumerate(seconds(book)) if s.latencies]
    inks: list[tuple[float, Ink]] = [(0.5, "3"), (0.95, "accent"), (0.99, "burn")]
    lines = [
        Line(f"p{q * 100:g}", [(n, quantile(each, q) * 1000) for n, each in told], ink)
        for q, ink in inks
    ]
    at = [Bound(f"{bound * 1000:g} ms", bound * 1000)]
    return Chart(
        "Latency, from when it was due", "ms", lines, at, bands, logarithmic=True
    )


def spread(book: Book, bound: float) -> Chart:
    """Which part of the requests was answered within which time."""
    ordered = sorted(each.latency for each in book.samples)
    count = len(ordered)
    shares = [n / 200 for n in range(1, 200)] + [0.9975, 0.999, 0.9999, 1.0]
    points = [
        (100 * share, 1000 * ordered[max(0, min(count, round(share * count)) - 1)])
        for share in shares
        if count
    ]
    lines = [Line("answered within", points, "accent")]
    at = [Bound(f"{bound * 1000:g} ms", bound * 1000)]
    return Chart(
        "Latency by share", "ms", lines, at, x="% of requests", logarithmic=True
    )


def knee(steps: Sequence[Step], bound: float, found: Step | None) -> Chart:
    """p99 over the rate: flat, and then it bends."""
    # Without an answer in time for one in a hundred there is no p99: shown above all others.
    known = [step.p99 for step in steps if math.isfinite(step.p99)]
    top = 2 * max([bound, *known])
    held = [(s.rate, s.p99 * 1000) for s in steps if s.held]
    gave_way = [(s.rate, min(s.p99, top) * 1000) for s in steps if not s.held]
    lines = [
        Line("followed", sorted(held), "ok", dots=True),
        Line("not followed", sorted(gave_way), "burn", dots=True),
    ]
    at = [Bound(f"{bound * 1000:g} ms", bound * 1000)]
    mark = (found.rate, found.p99 * 1000) if found else None
    return Chart(
        "Where it bends", "ms, p99", lines, at, x="requests per second",
        logarithmic=True, mark=mark,
    )  # fmt: skip


def resources(watch: Watch, began: float, bands: Sequence[Band] = ()) -> list[Chart]:
    """Those that were seen."""

    def line(name: str, ink: Ink, series: Sequence[Point]) -> Line:
        return Line(name, [(at - began, value) for at, value in series], ink)

    made = [
        Chart(
            "Processor",
            "cores",
            [
                line("of the server", "accent", watch.cores()),
                line("of the whole machine", "3", watch.cores("machine")),
            ],
            bands=bands,
        ),
        Chart(
            "Memory",
            "MiB resident",
            [line("resident", "accent", watch.series("resident"))],
        ),
        Chart(
            "Connections",
            "open",
            [
                line("files and sockets", "accent", watch.series("files")),
                line("of the database", "ok", watch.series("database")),
            ],
        ),
    ]
    return [each for each in made if any(line.points for line in each.lines)]


def _whole(book: Book) -> int:
    """Seconds that were asked in to their end: the last, cut short, would look like a fall."""
    return max(1, int(book.due[-1])) if book.due else 0
