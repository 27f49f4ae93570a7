"""A steady load for minutes: nothing may grow."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tests.load.figures import Figure
from tests.load.shaped import chart
from tests.load.shaped.parts.part import SLOW, Asked, Part, common, driven, whole
from tests.load.shaped.target import Target
from tests.load.shaped.watching import between, growth

RATE, SECONDS = 50.0, 600.0
WARM_UP = (
    60.0  # seconds until caches, threads and connections are there; a fifth at most
)
# The allocator's own noise; a leak of one kilobyte a request would be 26 MiB in ten minutes.
MEMORY = 5.0  # MiB
FILES = 5.0  # sockets of a client come and go
DATABASE = 2.0  # the pool's
DRIFT = 2.0  # times: p99 of the last third to that of the first, above a floor
FLOOR = 0.05  # seconds


def run(target: Target, asked: Asked) -> Part:
    rate, seconds = asked.rate or RATE, asked.seconds or SECONDS
    seen, watch = driven(target, f"steady:{rate}:{seconds}", asked)
    warm = min(WARM_UP, seconds / 5)
    part = Part("soak", "Soak", f"{rate:g} requests a second for {seconds:g} s.")

    def flat(what: str, name: str, most: float, unit: str) -> Figure:
        series = watch.series(name)
        counted = between(series, seen.began + warm, seen.began + seconds)
        return _flat(what, counted, most, unit)

    part.figures = [
        *whole(seen),
        flat("memory, growth", "resident", MEMORY, "MiB"),
        flat("open files and sockets, growth", "files", FILES, ""),
    ]
    if target.database_url:
        part.figures.append(
            flat("database connections, growth", "database", DATABASE, "")
        )
    third = (seconds - warm) / 3
    early = seen.book.window(warm, warm + third).latency(0.99)
    late = seen.book.window(seconds - third, seconds).latency(0.99)
    part.figures.append(
        Figure(
            "p99, last third to first",
            f"{late * 1000:.0f} to {early * 1000:.0f} ms",
            f"≤ {DRIFT:g}x",
            late <= DRIFT * max(early, FLOOR),
        )
    )
    part.charts = [chart.rates(seen.book), chart.latencies(seen.book, SLOW)]
    part.p99_ms = seen.book.whole().latency(0.99) * 1000
    common(part, seen, watch)
    return part


def _flat(
    what: str, series: Sequence[tuple[float, float]], most: float, unit: str
) -> Figure:
    grew = growth(series)
    if math.isnan(grew):  # it was not seen, which is no success
        return Figure(what, "not seen", f"≤ {most:g} {unit}".strip(), ok=False)
    hour = 3600 * grew / (series[-1][0] - series[0][0])
    told = f"{grew:+.1f} {unit} ({hour:+.0f} an hour)".replace("  ", " ")
    return Figure(what, told, f"≤ {most:g} {unit}".strip(), grew <= most)
