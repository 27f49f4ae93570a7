"""5 % errors and 400 ms under load, set through the API: the service's own books agree."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.acceptance.harness.waiting import until
from tests.load.figures import Figure
from tests.load.shaped import chart
from tests.load.shaped.book import Book, Window
from tests.load.shaped.chart import Band
from tests.load.shaped.parts.part import SLOW, Asked, Part, begun, below, common
from tests.load.shaped.target import Target
from tests.load.shaped.watching import Watch

RATE, HURT, AROUND = 40.0, 20.0, 8.0
ERRORS, DELAY = 0.05, 0.4  # ratio, seconds
# Where client and server may differ: answers within a few milliseconds of the bound.
NEAR = 0.02  # of all requests
OFF = 0.05  # seconds that the delay may be off at the median
_SETTLED = 10.0  # seconds until the last request is in the books


@dataclass(frozen=True)
class Told:
    """What /api/slo says was asked of the service, without what was seeded."""

    total: int
    failed: int
    slow: int

    @classmethod
    def by(cls, report: Any) -> Told:
        slos = {slo["name"]: slo for slo in report["slos"]}
        well, quick = slos["availability"], slos["latency"]
        return cls(
            total=well["total"] - well["seeded"]["events"],
            failed=well["total"] - well["good"],
            slow=quick["total"] - quick["good"],
        )

    def __sub__(self, before: Told) -> Told:
        return Told(
            self.total - before.total,
            self.failed - before.failed,
            self.slow - before.slow,
        )


def run(target: Target, asked: Asked) -> Part:
    rate, hurt = asked.rate or RATE, asked.seconds or HURT
    before = settled(target, time.time())
    with (
        Watch(target) as watch,
        begun(target, f"steady:{rate}:{2 * AROUND + hurt}", asked) as drive,
    ):
        _wait(drive.began + AROUND)
        plan = {
            "errorRate": ERRORS,
            "latencyMs": round(DELAY * 1000),
            "ttlSeconds": round(hurt) + 60,
            "reason": "load test",
        }
        target.post("/api/chaos", plan)
        begin = time.time() - drive.began
        try:
            _wait(drive.began + AROUND + hurt)
        finally:
            end = time.time() - drive.began
            last = target.post("/api/chaos/disable", {"reason": "load test"})
        seen = drive.result()
    books = settled(target, time.time()) - before
    part = Part(
        "faults",
        "Faults under load",
        f"{rate:g} requests a second; for {hurt:g} s {ERRORS:.0%} of them fail and all wait"
        f" {DELAY * 1000:g} ms, set through the API.",
    )
    # Half a second on either side: what was on its way when the plan changed.
    inside = seen.book.window(begin + 0.5, end - DELAY - 0.5)
    part.figures = [
        *agreement(seen.book, books),
        *injected(seen.book, inside, last["injected"]["errors"]),
        below("p99 before", seen.book.window(1, begin).latency(0.99) * 1000, 500, "ms"),
        below(
            "p99 from 1 s after its end",
            seen.book.window(end + 1, math.inf).latency(0.99) * 1000,
            SLOW * 1000,
            "ms",
        ),
    ]
    bands = [Band("fault in force", begin, end)]
    part.charts = [
        chart.rates(seen.book, bands),
        chart.latencies(seen.book, SLOW, bands),
    ]
    part.p99_ms = seen.book.whole().latency(0.99) * 1000
    common(part, seen, watch)
    return part


def settled(target: Target, since: float) -> Told:
    """The books once they hold all that was answered by then."""

    def told() -> Told | None:
        report = target.get("/api/slo")
        updated = report["updatedAt"]
        # A second is closed at its end and told of after a moment.
        late = updated and datetime.fromisoformat(updated).timestamp() >= since + 1
        return Told.by(report) if late else None

    return until(told, _SETTLED, "the last second is in the books")


def agreement(book: Book, told: Told) -> list[Figure]:
    """The client's count and the service's, of the same requests."""
    total = len(book.samples)
    failed = sum(each.failed for each in book.samples)
    slow = sum(each.latency - each.late > SLOW for each in book.samples)

    def same(what: str, ours: int, theirs: int, most: float = 0) -> Figure:
        target = f"± {most:.0f}" if most else "the same"
        measured = f"client {ours}, service {theirs}"
        return Figure(what, measured, target, abs(ours - theirs) <= most)

    return [
        same("requests in the SLO's books", total, told.total),
        same("failed in the SLO's books", failed, told.failed),
        same("slow in the SLO's books", slow, told.slow, max(1.0, NEAR * total)),
    ]


def injected(book: Book, inside: Window, errors: int) -> list[Figure]:
    """That the faults are what was asked for. Errors are paced: the rate is exact."""
    count = len(inside.samples)
    share = sum(each.status == 500 for each in inside.samples) / count if count else 0.0
    # One more or less at either end of the window.
    near = max(0.005, 2 / count if count else 1.0)
    failed = sum(each.status == 500 for each in book.samples)
    middle = inside.latency(0.5)
    return [
        Figure(
            "errors while they are injected",
            f"{share:.2%}",
            f"{ERRORS:.0%} ± {near:.1%}",
            abs(share - ERRORS) <= near,
        ),
        # What was on its way when the plan ended fails after the plan has told its count.
        Figure(
            "injected errors",
            f"client {failed}, plan {errors}",
            "± 2",
            abs(failed - errors) <= 2,
        ),
        Figure(
            "median while they are delayed",
            f"{middle * 1000:.0f} ms",
            f"{DELAY * 1000:g} to {(DELAY + OFF) * 1000:g} ms",
            DELAY <= middle <= DELAY + OFF,
        ),
    ]


def _wait(until_then: float) -> None:
    time.sleep(max(0.0, until_then - time.time()))
