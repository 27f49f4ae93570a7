"""Four times the load for half a minute: it may bend, must not break, and must recover."""

from __future__ import annotations

from tests.load.figures import Figure
from tests.load.shaped import chart
from tests.load.shaped.book import Book
from tests.load.shaped.chart import Band
from tests.load.shaped.knee import P99
from tests.load.shaped.parts.part import SLOW, Asked, Part, common, driven
from tests.load.shaped.target import Target

BASE, TIMES, HIGH, AROUND = 40.0, 4.0, 30.0, 15.0
RECOVERS = 10.0  # seconds after its end
# What bends well: answered, or refused with a word on when to come again.
REFUSALS = {429, 503}


def run(target: Target, asked: Asked) -> Part:
    base, high = asked.rate or BASE, asked.seconds or HIGH
    seen, watch = driven(target, f"spike:{base}:{TIMES}:{high}:{AROUND}", asked)
    begin, end = AROUND, AROUND + high
    part = Part(
        "spike",
        "Spike",
        f"{base:g} requests a second, then {base * TIMES:g} for {high:g} s, then {base:g}.",
    )
    took = recovery(seen.book, end)
    during = seen.book.window(begin, end)
    broken = {
        status: n
        for status, n in during.statuses().items()
        if (status >= 500 or status <= 0) and status not in REFUSALS
    }
    refused = sum(during.statuses().get(status, 0) for status in REFUSALS)
    before = seen.book.window(2, begin)
    part.figures = [
        Figure(
            "p99 before",
            f"{before.latency(0.99) * 1000:.0f} ms",
            f"< {SLOW * 1000:g} ms",
            before.latency(0.99) < SLOW,
        ),
        Figure(
            "neither answered nor refused in words",
            ", ".join(f"{n} x {status}" for status, n in broken.items()) or "0",
            "0",
            not broken,
        ),
        Figure(
            "recovered after its end",
            f"{took:.0f} s",
            f"≤ {RECOVERS:g} s",
            took <= RECOVERS,
        ),
    ]
    bands = [Band(f"{TIMES:g} times as much", begin, end)]
    part.charts = [
        chart.rates(seen.book, bands),
        chart.latencies(seen.book, P99, bands),
    ]
    part.numbers = {
        "answered well/s in the spike": during.achieved / high,
        "p99 ms in the spike": during.latency(0.99) * 1000,
        "recovery s": took,
    }
    told = f"In the spike {during.achieved / high:.0f} requests a second were answered well"
    told += f" and {refused} refused; p99 was {during.latency(0.99) * 1000:.0f} ms."
    part.notes = [told]
    part.p99_ms = during.latency(0.99) * 1000
    common(part, seen, watch, P99, before)
    return part


def recovery(book: Book, end: float) -> float:
    """Seconds from `end` until requests are answered as if nothing had been.

    The last second, after it, whose p99 or errors are out of bounds is the last of the spike.
    """
    last = int(max(book.due, default=end))
    bad = [second for second in range(int(end), last) if not _calm(book, second)]
    return max(bad) + 1 - end if bad else 0.0


def _calm(book: Book, second: int) -> bool:
    seen = book.window(second, second + 1)
    return seen.latency(0.95) < P99 and not seen.errors
