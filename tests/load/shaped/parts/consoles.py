"""500 open consoles that acknowledge what they get, beside 50 requests a second."""

from __future__ import annotations

import asyncio
import math

from tests.load.consoles import Crowd
from tests.load.figures import Figure
from tests.load.shaped import chart
from tests.load.shaped.book import quantile
from tests.load.shaped.chart import Bound, Chart, Line
from tests.load.shaped.parts.part import (
    SLOW,
    Asked,
    Part,
    begun,
    below,
    common,
    followed,
)
from tests.load.shaped.target import Target
from tests.load.shaped.watching import Watch

RATE, SECONDS = 50.0, 40.0
AGE = 1.5  # seconds at p99
MEMORY = 300.0  # MiB
ARRIVING = (
    0.02  # seconds between two; what they see counts from 5 s after their arrival
)


def run(target: Target, asked: Asked) -> Part:
    rate, seconds = asked.rate or RATE, asked.seconds or SECONDS
    arrived = asked.consoles * ARRIVING + 2
    seconds = max(seconds, arrived + 10)
    crowd = Crowd(target.url, target.cookie())
    with (
        Watch(target) as watch,
        begun(target, f"steady:{rate}:{seconds}", asked) as drive,
    ):
        asyncio.run(crowd.watch(asked.consoles, seconds, ARRIVING))
        seen = drive.result()
    memory = max((value for _, value in watch.series("resident")), default=math.nan)
    age = quantile(crowd.ages, 0.99)
    part = Part(
        "consoles",
        f"{asked.consoles} consoles",
        f"{asked.consoles} open consoles beside {rate:g} requests a second, for {seconds:g} s.",
    )
    part.figures = [
        below("snapshot age, p99", age, AGE, "s", 2),
        Figure("consoles lost", str(crowd.lost), "0", crowd.lost == 0),
        below("memory, at most", memory, MEMORY * target.processes, "MiB"),
        # Once all are there: signing in costs more than staying.
        *followed(seen.book.window(arrived, seconds)),
    ]
    coming = seen.book.window(0, arrived)
    told = f"While they arrived, {1 / ARRIVING:g} a second, p99 was"
    told += (
        f" {coming.latency(0.99) * 1000:.0f} ms and {coming.errors} requests failed."
    )
    part.notes = [told]
    part.numbers = {"snapshot age p99 s": age} if crowd.ages else {}
    part.charts = [
        _ages(crowd, seen.began),
        chart.rates(seen.book),
        chart.latencies(seen.book, SLOW),
    ]
    part.p99_ms = seen.book.whole().latency(0.99) * 1000
    common(part, seen, watch)
    return part


def _ages(crowd: Crowd, began: float) -> Chart:
    by_second: dict[int, list[float]] = {}
    for at, age in crowd.noted:
        by_second.setdefault(int(at - began), []).append(age)
    told = sorted(by_second.items())
    lines = [
        Line("p50", [(n, quantile(ages, 0.5)) for n, ages in told], "3"),
        Line("p99", [(n, quantile(ages, 0.99)) for n, ages in told], "burn"),
    ]
    return Chart(
        "Age of what the consoles show", "s", lines, [Bound(f"{AGE:g} s", AGE)]
    )
