"""Up to the knee: the highest rate that the service follows."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ironclad.observability.usage import cores_there
from tests.load.figures import Figure
from tests.load.shaped import chart
from tests.load.shaped.knee import ACHIEVED, ERRORS, P99, Step
from tests.load.shaped.parts.part import Asked, Part, Table, common, driven
from tests.load.shaped.target import Target
from tests.load.shaped.watching import Watch, between, median

FIRST = 40.0
# Of a whole core: one process that serves Python cannot take more.
FULL = 0.9


def run(target: Target, asked: Asked) -> Part:
    first = asked.rate or FIRST
    seen, watch = driven(target, f"ramp:{first}:{asked.step}", asked)
    held = [step for step in seen.steps if step.held]
    found = max(held, key=lambda step: step.rate) if held else None
    part = Part("ramp", "Ramp to the knee", _said(found))
    rate = found.rate if found else 0.0
    part.knee_rps = found.rate if found else None
    part.p99_ms = found.p99 * 1000 if found else None
    part.figures = [
        Figure(
            "knee",
            f"{rate:g} requests/s",
            f"≥ {asked.at_least:g}",
            rate >= asked.at_least,
        )
    ]
    part.charts = [
        chart.knee(seen.steps, P99, found),
        chart.rates(seen.book),
        chart.latencies(seen.book, P99),
    ]
    part.tables = [_steps(seen.steps, watch, seen.began)]
    judged = seen.book.window(found.begin, found.end) if found else None
    common(part, seen, watch, P99, judged)
    # Of the whole ramp they say little: it goes beyond what is followed on purpose.
    part.numbers = {"knee requests/s": rate}
    if found:
        part.notes += bends(found, watch, seen.began, target.processes)
    return part


def _said(found: Step | None) -> str:
    rule = (
        f"p99 under {P99 * 1000:g} ms, errors under {ERRORS:.0%},"
        f" at least {ACHIEVED:.0%} of what was asked answered well"
    )
    if found is None:
        return f"No rate was followed ({rule})."
    return f"{found.rate:g} requests a second are the highest rate followed ({rule})."


def bends(found: Step, watch: Watch, began: float, processes: int) -> list[str]:
    """What was full at the knee, as far as it was seen."""
    window = (began + found.begin, began + found.end)
    mine = median(between(watch.cores(), *window))
    whole = median(between(watch.cores("machine"), *window))
    if math.isnan(mine):
        return []
    several = "es" * (processes > 1)
    told = (
        f"At the knee the server took {mine:.2f} cores of {processes} process{several}"
    )
    if mine >= FULL * processes:
        return [f"{told}: its processor bends first. Another process or replica helps."]
    if whole >= FULL * cores_there():
        full = f"and the machine {whole:.2f} of its {cores_there()}, with the load and the database on it"
        return [f"{told}, {full}: the machine bends first."]
    elsewhere = "see the connections, and how late the pacer was"
    return [f"{told}, and no processor was full: what waits is elsewhere, {elsewhere}."]


def _milliseconds(p99: float) -> str:
    return f"{p99 * 1000:.0f}" if math.isfinite(p99) else "no answer in time"


def _steps(steps: Sequence[Step], watch: Watch, began: float) -> Table:
    rows = []
    for step in steps:
        used = median(between(watch.cores(), began + step.begin, began + step.end))
        rows.append(
            [
                f"{step.rate:g}",
                _milliseconds(step.p99),
                f"{step.error_ratio:.2%}",
                f"{step.achieved_ratio:.1%}",
                "-" if math.isnan(used) else f"{used:.2f}",
                "followed" if step.held else "not followed",
            ]
        )
    head = ["asked/s", "p99 ms", "errors", "answered well", "cores", ""]
    return Table("Steps, in their order", head, rows)
