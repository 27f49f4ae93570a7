"""The charts of an incident or a game day as one SVG picture, for the screen and for paper. Pure.

Its colours are attributes, so that it can be kept as a file; a page's style sheet may say others
by the classes. Text is of numbers and plain words: nothing that somebody typed is in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr  # nosec B406 - writes, reads none

WIDTH, _LEFT, _RIGHT = 760, 96, 84
_LANE, _HEIGHT, _GAP, _AXIS = 18, 84, 14, 22
_WORTH = 14  # wide enough for the number of a step
_COLOURS = {
    "ink": "#1f2933", "quiet": "#52606d", "line": "#d5dbe1", "limit": "#7b8794",
    "burn": "#b93815", "risk": "#8a6d00", "fault": "#0b6bcb", "band": "#e3effb",
    "ok": "#00714f", "step": "#e4e8ec",
}  # fmt: skip
_DASHES = ("", "6 3", "2 3")

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Panel:
    """One chart: its lines, its limits, and how a value of it is written."""

    title: str
    lines: tuple[tuple[str, Sequence[float | None]], ...]
    limits: tuple[tuple[float, str], ...]
    least: float  # top of the axis, at least
    scale: float  # from a stored value to the unit
    unit: str


def picture(figures: Figures) -> str:
    """An SVG document of figures_read's answer; empty where there is nothing to draw.

    A game day's has `steps` as well, numbered, and `marks`: the checks that passed or failed.
    """
    if not figures["t"]:
        return ""
    panels = _panels(figures)
    lanes = 8 + _LANE * (4 if figures.get("steps") else 2)
    height = lanes + len(panels) * (_HEIGHT + _GAP) + _AXIS
    parts = [*_bands(figures, height - _AXIS), *_lanes(figures)]
    parts += _steps(figures, height - _AXIS)
    for i, panel in enumerate(panels):
        parts += _drawn(panel, figures, lanes + i * (_HEIGHT + _GAP))
    parts += _hours(figures, height - 6)
    said = "; ".join(_said(panel) for panel in panels)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" '
        f'font-size="12" aria-label={quoteattr(said)}>{"".join(parts)}</svg>'
    )


def _panels(figures: Figures) -> list[_Panel]:
    burn = figures["burn"]
    return [
        _Panel("Errors", (("", figures["err"]),), ((0.05, "5 %"), (0.01, "1 %")), 0.1, 100, "%"),
        _Panel(
            "Latency",
            (("p95", figures["p95"]), ("p99", figures["p99"])),
            ((0.5, "500 ms"),), 0.6, 1000, "ms",
        ),
        _Panel(
            "Burn rate",
            tuple((name, burn[name]) for name in sorted(burn, key=_window)),
            ((14.4, "14.4x"), (6, "6x"), (1, "1x")), 16, 1, "x",
        ),
    ]  # fmt: skip


def _window(name: str) -> tuple[int, int]:
    """Shortest first: what was kept as JSON has lost its order."""
    return "smhd".find(name[-1]), int(name[:-1])


def _most(panel: _Panel) -> float:
    values = (v for _, line in panel.lines for v in line if v is not None)
    return max(values, default=0.0)


def _figure(panel: _Panel, value: float) -> str:
    shown = value * panel.scale
    digits = f"{shown:.3g}" if shown < 1000 else f"{shown:.0f}"  # noqa: PLR2004
    return f"{digits} {panel.unit}".replace(" x", "x")


def _said(panel: _Panel) -> str:
    return f"{panel.title}: at most {_figure(panel, _most(panel))}"


def _x(figures: Figures, at: float) -> float:
    begin, end = figures["from"], figures["to"]
    across: float = (at - begin) / max(1, end - begin)
    return round(_LEFT + min(max(across, 0), 1) * (WIDTH - _LEFT - _RIGHT), 1)


def _bands(figures: Figures, bottom: float) -> Iterable[str]:
    for band in figures["bands"]:
        begin, end = _x(figures, band["from"]), _x(figures, band["to"] or figures["to"])
        yield _rect("band", begin, 0, max(end - begin, 1), bottom)
        yield _rect("fault", begin, 6, max(end - begin, 1), 10)


def _lanes(figures: Figures) -> Iterable[str]:
    yield _text("quiet", 0, 15, "Faults")
    yield _text("quiet", 0, 33, "Alerts")
    # the gravest on top
    grave = ("page", "critical")
    for firing in sorted(figures["breaches"], key=lambda one: one["severity"] in grave):
        begin = _x(figures, firing["from"])
        end = _x(figures, firing["to"] or figures["to"])
        kind = "burn" if firing["severity"] in grave else "risk"
        yield _rect(kind, begin, 24, max(end - begin, 1), 10)


def _steps(figures: Figures, bottom: float) -> Iterable[str]:
    """Numbered segments with their boundaries, and below them what became of the checks."""
    steps = figures.get("steps") or ()
    if not steps:
        return
    yield _text("quiet", 0, 51, "Steps")
    for step in steps:
        begin, end = _x(figures, step["from"]), _x(figures, step["to"] or figures["to"])
        yield _rect("step", begin, 41, max(end - begin - 1, 1), 12)
        yield _path("limit", f"M{begin} 41V{bottom}", dash="1 3")
        if end - begin >= _WORTH:
            number = str(step["index"] + 1)
            yield _text("ink", round((begin + end) / 2, 1), 51, number, anchor="middle")
    yield _text("quiet", 0, 69, "Checks")
    for mark in figures.get("marks", ()):
        x = _x(figures, mark["at"])
        if mark["kind"] == "check_passed":
            yield _path("ok", f"M{x - 4} 65l3 3l5 -6", width=2)
        elif mark["kind"] == "check_failed":
            yield _path("burn", f"M{x - 3} 62l6 6m0 -6l-6 6", width=2)


def _drawn(panel: _Panel, figures: Figures, top: int) -> Iterable[str]:
    most = max(panel.least, _most(panel) * 1.1)
    bottom = top + _HEIGHT

    def y(value: float) -> float:
        # Burn rates span decades: as on the Live page, the small ones keep some room.
        if panel.unit == "x":
            return round(bottom - math.asinh(value) / math.asinh(most) * _HEIGHT, 1)
        return round(bottom - value / most * _HEIGHT, 1)

    yield _text("ink", 0, top + 12, panel.title, weight="600")
    yield _text("quiet", 0, top + 28, f"max {_figure(panel, _most(panel))}")
    yield _path("line", f"M{_LEFT} {bottom}H{WIDTH - _RIGHT}")
    for limit, word in panel.limits:
        yield _path("limit", f"M{_LEFT} {y(limit)}H{WIDTH - _RIGHT}", dash="4 4")
        yield _text("quiet", WIDTH - _RIGHT + 6, y(limit) + 4, word)
    for i, (name, values) in enumerate(panel.lines):
        drawn = _line(figures, values, y)
        colour = "burn" if panel.unit != "ms" else "ink"
        if drawn:
            yield _path(colour, drawn, dash=_DASHES[i % len(_DASHES)], width=1.75)
        if name:
            yield _path(
                colour, f"M0 {top + 40 + 14 * i}h22", dash=_DASHES[i % len(_DASHES)], width=1.75
            )  # fmt: skip
            yield _text("quiet", 28, top + 44 + 14 * i, name)


def _line(figures: Figures, values: Sequence[float | None], y: Any) -> str:
    """Moves where data is missing: a gap is no data."""
    out, pen = [], "M"
    for at, value in zip(figures["t"], values, strict=True):
        if value is None:
            pen = "M"
        else:
            out.append(f"{pen}{_x(figures, at)} {y(value)}")
            pen = "L"
    return "".join(out)


def _hours(figures: Figures, y: float) -> Iterable[str]:
    begin, end = figures["from"], figures["to"]
    style = "%H:%M:%S" if end - begin < 7200 else "%m-%d %H:%M"  # noqa: PLR2004
    for i in range(5):
        at = begin + (end - begin) * i / 4
        word = f"{datetime.fromtimestamp(at, UTC):{style}}" + (" UTC" if i == 4 else "")  # noqa: PLR2004
        anchor = "start" if i == 0 else "end" if i == 4 else "middle"  # noqa: PLR2004
        yield _text("quiet", _x(figures, at), y, word, anchor=anchor)


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    return (
        f'<rect class="pic-{kind}" x="{x}" y="{y}" width="{round(width, 1)}" '
        f'height="{height}" fill="{_COLOURS[kind]}"/>'
    )


def _path(kind: str, d: str, *, dash: str = "", width: float = 1) -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path class="pic-{kind}" d="{d}" fill="none" stroke="{_COLOURS[kind]}" '
        f'stroke-width="{width}"{dashes}/>'
    )


def _text(  # noqa: PLR0913
    kind: str, x: float, y: float, words: str, *, anchor: str = "start", weight: str = ""
) -> str:  # fmt: skip
    bold = f' font-weight="{weight}"' if weight else ""
    return (
        f'<text class="pic-{kind}" x="{x}" y="{y}" fill="{_COLOURS[kind]}" '
        f'text-anchor="{anchor}"{bold}>{escape(words)}</text>'
    )
