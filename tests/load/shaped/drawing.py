"""A chart as inline SVG. The words stand beside it as text, so that they keep their size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from tests.load.shaped.chart import Chart, Line, Point
from tests.load.shaped.scale import Scale, fit, told

# The drawing is stretched to its place; strokes are not (vector-effect in report.css).
WIDE, HIGH = 1000, 300
_MOST_POINTS = 600  # of a line; more are not to be seen


def drawn(chart: Chart) -> str:
    x, y = _scales(chart)
    return (
        '<figure class="chart"><figcaption>'
        f"<b>{escape(chart.title)}</b> <span>{escape(chart.unit)}</span>"
        f"{_legend(chart)}</figcaption>"
        f'<div class="plot">{_words(chart, x, y)}'
        f'<svg viewBox="0 0 {WIDE} {HIGH}" preserveAspectRatio="none" role="img"'
        f' aria-label="{escape(described(chart))}">{_drawing(chart, x, y)}</svg></div>'
        f'<p class="x-name">{escape(chart.x)}</p></figure>'
    )


def _scales(chart: Chart) -> tuple[Scale, Scale]:
    points = [point for line in chart.lines for point in line.points]
    points += [chart.mark] if chart.mark else []
    first = min((x for x, _ in points), default=0.0)
    last = max((x for x, _ in points), default=1.0)
    begin = 0.0 if first >= 0 and first < last / 2 else first
    x = Scale(begin, max(last * 1.02 if chart.mark else last, begin + 1e-6))
    bounds = [bound.value for bound in chart.bounds]
    y = fit([*(y for _, y in points), *bounds], logarithmic=chart.logarithmic)
    return x, y


def described(chart: Chart) -> str:
    """For whoever does not see it: what is shown, and the range of each line."""
    parts = [f"{chart.title}, {chart.unit} over {chart.x}"]
    for line in chart.lines:
        values = [y for _, y in line.points if math.isfinite(y)]
        if values:
            parts.append(f"{line.name}: {_brief(min(values))} to {_brief(max(values))}")
    parts += [f"bound {bound.name}" for bound in chart.bounds]
    return "; ".join(parts)


def _legend(chart: Chart) -> str:
    keys = [
        f'<span class="key ink-{line.ink}{" dots" if line.dots else ""}">{escape(line.name)}'
        f"{_peak(line)}</span>"
        for line in chart.lines
        if line.points
    ]
    keys += [f'<span class="key bound">{escape(b.name)}</span>' for b in chart.bounds]
    keys += [f'<span class="key band">{escape(b.name)}</span>' for b in chart.bands]
    return f'<span class="keys">{"".join(keys)}</span>'


def _peak(line: Line) -> str:
    if line.dots:
        return ""
    values = [y for _, y in line.points if math.isfinite(y)]
    return f" <small>≤ {_brief(max(values))}</small>" if values else ""


def _brief(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2f}"


def _words(chart: Chart, x: Scale, y: Scale) -> str:
    """Beside the axes, placed in per cent."""
    rows = [
        f'<i class="y" style="bottom:{100 * y.at(tick):.2f}%">{told(tick)}</i>'
        for tick in y.ticks()
    ]
    columns = [
        f'<i class="x" style="left:{100 * x.at(tick):.2f}%">{told(tick)}</i>'
        for tick in x.ticks()
    ]
    if chart.mark:
        rate, value = chart.mark
        side = "before" if x.at(rate) > 0.6 else "after"
        columns.append(
            f'<i class="mark {side}" style="left:{100 * x.at(rate):.2f}%;'
            f'bottom:{100 * y.at(value):.2f}%">{told(round(rate))}/s</i>'
        )
    return "".join(rows + columns)


def _drawing(chart: Chart, x: Scale, y: Scale) -> str:
    parts = [
        f'<rect class="band" x="{_at(x, band.begin)}" y="0"'
        f' width="{WIDE * (x.at(band.end) - x.at(band.begin)):.1f}" height="{HIGH}"/>'
        for band in chart.bands
    ]
    parts += [_across("grid", y, tick) for tick in y.ticks()]
    parts += [_across("bound", y, bound.value) for bound in chart.bounds]
    for line in chart.lines:
        shape = _dots if line.dots else _path
        points = [point for point in line.points if math.isfinite(point[1])]
        if points:
            parts.append(
                f'<path class="line ink-{line.ink}{" dots" if line.dots else ""}"'
                f' d="{shape(_thinned(points), x, y)}"/>'
            )
    if chart.mark:
        place = _dots([chart.mark], x, y)
        parts.append(f'<path class="line mark dots" d="{place}"/>')
    return "".join(parts)


def _across(kind: str, y: Scale, value: float) -> str:
    at = f"{HIGH * (1 - y.at(value)):.1f}"
    return f'<line class="{kind}" x1="0" x2="{WIDE}" y1="{at}" y2="{at}"/>'


def _at(x: Scale, value: float) -> str:
    return f"{WIDE * x.at(value):.1f}"


def _place(point: Point, x: Scale, y: Scale) -> str:
    return f"{WIDE * x.at(point[0]):.1f} {HIGH * (1 - y.at(point[1])):.1f}"


def _path(points: Sequence[Point], x: Scale, y: Scale) -> str:
    return "M" + "L".join(_place(point, x, y) for point in points)


def _dots(points: Sequence[Point], x: Scale, y: Scale) -> str:
    """Strokes without length with round ends: they stay round when the drawing is stretched."""
    return "".join(f"M{_place(point, x, y)}h0" for point in points)


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    """The highest of each few: a peak must stay to be seen."""
    if len(points) <= _MOST_POINTS:
        return points
    each = math.ceil(len(points) / _MOST_POINTS)
    groups = (points[n : n + each] for n in range(0, len(points), each))
    return [max(group, key=lambda point: point[1]) for group in groups]
