"""What every shape gives: figures with their thresholds, numbers to compare, charts, tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.load.figures import Figure
from tests.load.shaped import chart
from tests.load.shaped.book import CUT, NOT_SENT, Window, quantile
from tests.load.shaped.chart import Chart
from tests.load.shaped.driving import Drive, Run
from tests.load.shaped.target import Target
from tests.load.shaped.watching import Watch, between, median

SLOW = 0.5  # seconds: the bound of the latency objective
LATE = 0.05  # seconds at p99 that the pacer may be late before its figures are in doubt
_WORDS = {CUT: "no answer", NOT_SENT: "not sent"}


@dataclass(frozen=True)
class Asked:
    """What the user may choose; None leaves it to the shape."""

    rate: float | None = None
    seconds: float | None = None
    step: float = 8.0  # seconds of a step of the ramp that count
    at_least: float = 50.0  # requests a second that the knee must reach
    consoles: int = 500
    poisson: bool = False


@dataclass(frozen=True)
class Table:
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass
class Part:
    """`numbers` are compared with the last run: name → value, smaller is better but for rates."""

    name: str
    title: str
    said: str
    figures: list[Figure] = field(default_factory=list)
    numbers: dict[str, float] = field(default_factory=dict)
    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)  # of the figures themselves
    knee_rps: float | None = None
    p99_ms: float | None = None

    @property
    def ok(self) -> bool:
        return bool(self.figures) and all(each.ok for each in self.figures)


Shape = Callable[[Target, Asked], Part]


def driven(target: Target, words: str, asked: Asked) -> tuple[Run, Watch]:
    """The shape to its end, with an eye on the server."""
    with Watch(target) as watch, begun(target, words, asked) as drive:
        return drive.result(), watch


def begun(target: Target, words: str, asked: Asked) -> Drive:
    """The pacer at work; whoever has something to do meanwhile asks for its result after."""
    return Drive(target.url, words, target.traffic, poisson=asked.poisson)


def below(what: str, value: float, target: float, unit: str, digits: int = 0) -> Figure:
    """A figure that must stay under its target; nan is no figure and does not."""
    told = "not seen" if math.isnan(value) else f"{value:.{digits}f} {unit}".strip()
    return Figure(what, told, f"< {target:g} {unit}".strip(), value < target)


def whole(run: Run, p99: float = SLOW) -> list[Figure]:
    return followed(run.book.whole(), p99)


def followed(seen: Window, p99: float = SLOW) -> list[Figure]:
    """What holds of every load that the service should follow."""
    offered, good = seen.offered, len(seen.samples) - seen.errors
    return [
        below("p99", seen.latency(0.99) * 1000, p99 * 1000, "ms"),
        below("errors", seen.error_ratio * 100, 1.0, "%", 2),
        Figure(
            "answered well, of all asked",
            f"{good} of {offered}",
            "≥ 98 %",
            bool(offered) and good >= 0.98 * offered,
        ),
    ]


def numbers(run: Run, watch: Watch) -> dict[str, float]:
    seen = run.book.whole()
    last = max(run.book.due, default=0.0)
    found = {
        "requests/s": seen.offered / last if last else math.nan,
        "p50 ms": seen.latency(0.5) * 1000,
        "p95 ms": seen.latency(0.95) * 1000,
        "p99 ms": seen.latency(0.99) * 1000,
        "errors %": seen.error_ratio * 100,
        "CPU cores": median(between(watch.cores(), run.began + 2, run.began + last)),
        "memory MiB": max((v for _, v in watch.series("resident")), default=math.nan),
    }
    return {name: value for name, value in found.items() if math.isfinite(value)}


def common(
    part: Part,
    run: Run,
    watch: Watch,
    bound: float = SLOW,
    judged: Window | None = None,
) -> None:
    """The charts and tables that every shape has, into `part`.

    `judged` is the time that the figures are of. Where more is asked than is followed on
    purpose, a pacer on the same machine is late as well, and that puts nothing in doubt.
    """
    seen = run.book.whole()
    part.numbers = numbers(run, watch) | part.numbers
    part.charts += [chart.spread(run.book, bound), *chart.resources(watch, run.began)]
    part.tables += [kinds(seen), answers(seen)]
    late = (judged or seen).lateness(0.99)
    if late > LATE:
        part.doubts.append(
            f"The pacer itself was late by {late * 1000:.0f} ms at p99: this machine was too busy for it,"
            " and what it adds is in every latency here."
        )


def kinds(seen: Window) -> Table:
    rows = []
    for kind, samples in seen.of_kind().items():
        times = [each.latency * 1000 for each in samples]
        bad = sum(not each.good for each in samples)
        told = [f"{quantile(times, q):.0f}" for q in (0.5, 0.95, 0.99, 1.0)]
        rows.append([kind, str(len(samples)), str(bad), *told])
    head = ["kind", "requests", "errors", "p50 ms", "p95 ms", "p99 ms", "slowest ms"]
    return Table("By kind of request", head, rows)


def answers(seen: Window) -> Table:
    count = len(seen.samples) or 1
    rows = [
        [_WORDS.get(status, str(status)), str(n), f"{100 * n / count:.2f} %"]
        for status, n in seen.statuses().items()
    ]
    return Table("By answer", ["status", "requests", "share"], rows)
