"""Some seconds at a low rate: whether it works at all, and the way here too."""

from __future__ import annotations

from tests.load.figures import Figure
from tests.load.shaped import chart
from tests.load.shaped.book import CUT
from tests.load.shaped.parts.part import SLOW, Asked, Part, common, driven, whole
from tests.load.shaped.target import Target

RATE, SECONDS = 20.0, 8.0


def run(target: Target, asked: Asked) -> Part:
    rate, seconds = asked.rate or RATE, asked.seconds or SECONDS
    seen, watch = driven(target, f"steady:{rate}:{seconds}", asked)
    part = Part("smoke", "Smoke", f"{rate:g} requests a second for {seconds:g} s.")
    kinds = set(seen.book.whole().of_kind())
    cut = seen.book.whole().statuses().get(CUT, 0)
    part.figures = [
        *whole(seen),
        Figure("without an answer", str(cut), "0", cut == 0),
        Figure("kinds of request", str(len(kinds)), "all 6", len(kinds) == 6),
    ]
    part.charts = [chart.rates(seen.book), chart.latencies(seen.book, SLOW)]
    part.p99_ms = seen.book.whole().latency(0.99) * 1000
    common(part, seen, watch)
    return part
