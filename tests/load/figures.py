"""One promise, what was measured, and whether it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Bench = Callable[[], "Sequence[Figure]"]


@dataclass(frozen=True, slots=True)
class Figure:
    what: str
    measured: str
    target: str
    ok: bool


def most(what: str, value: float, target: float, unit: str, digits: int = 1) -> Figure:
    """A figure that must not exceed its target."""
    return Figure(
        what, f"{value:.{digits}f} {unit}", f"≤ {target:g} {unit}", value <= target
    )


def table(figures: Sequence[Figure]) -> str:
    rows = [("what", "measured", "target", "")]
    rows += [
        (figure.what, figure.measured, figure.target, "ok" if figure.ok else "NOT OK")
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def report(bench: Bench) -> int:
    """Run one bench alone; the exit status says whether its promises hold."""
    figures = bench()
    print(table(figures))
    return 0 if all(figure.ok for figure in figures) else 1
