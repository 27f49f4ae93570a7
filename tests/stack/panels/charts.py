"""One panel's inside as HTML with inline SVG, drawn from real answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import NamedTuple

from tests.stack.panels.answers import Dashboard, Panel, Series, Span
from tests.stack.panels.axis import marks
from tests.stack.panels.look import column, columns, look_of, paint
from tests.stack.panels.palette import colours

_LEGEND = 17  # pixels of one line of a legend
_LEFT, _BOTTOM = 74, 18
_WIDE = 300  # pixels: room for three times


def stat(panel: Panel) -> str:
    cells = []
    names = panel.spec["options"]["textMode"] == "value_and_name"
    size = 30 if len(panel.series) < 3 else 19
    for series in panel.series:
        look = look_of(panel, series.name)
        name = f"<small>{escape(series.name)}</small>" if names else ""
        shown = escape(look.written(series.last))
        colour = look.colour(series.last)
        cells.append(
            f'<div>{name}<b style="color:{colour};font-size:{size}px">{shown}</b></div>'
        )
    return f'<div class="stats">{"".join(cells)}</div>'


def bars(panel: Panel) -> str:
    rows = []
    most = max((series.most for series in panel.series), default=0)
    height = max(14, min(44, 150 // max(1, len(panel.series))))
    for series in panel.series:
        look = look_of(panel, series.name)
        defaults = panel.spec["fieldConfig"]["defaults"]
        full = defaults.get("max", most) or 1
        width = max(0.0, min(100.0, 100 * series.last / full))
        colour = look.colour(series.last)
        rows.append(
            f'<tr><td>{escape(series.name)}</td><td class="bar"><i style="width:{width:.1f}%;'
            f'height:{height}px;background:{colour}"></i></td><td style="color:{colour}">'
            f"{escape(look.written(series.last))}</td></tr>"
        )
    return f'<table class="bars">{"".join(rows)}</table>'


def table(panel: Panel) -> str:
    names = columns(panel)
    if not names:
        return _matrix(panel)
    keys = [field for field in names if not field.startswith("Value")]
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for answer in panel.answers:
        value = column(panel, answer.ref)
        for series in answer.series:
            labels = tuple(series.labels.get(key, "") for key in keys)
            row = found.setdefault(labels, dict(zip(keys, labels, strict=True)))
            if value is not None:
                many = len(panel.answers) > 1
                field = f"Value #{answer.ref}" if many else "Value"
                row[field] = look_of(panel, value).written(series.last)
    head = "".join(f"<th>{escape(name)}</th>" for name in names.values())
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(row.get(f, ''))}</td>" for f in names) + "</tr>"
        for row in found.values()
    )
    return f'<table class="rows"><tr>{head}</tr>{body}</table>'


def _matrix(panel: Panel) -> str:
    """One label down, another across, as `groupingToMatrix` does it."""
    (options,) = (each["options"] for each in panel.spec["transformations"])
    down, across = options["rowField"], options["columnField"]
    series = panel.series
    heads = list(dict.fromkeys(each.labels[across] for each in series))
    rows: dict[str, dict[str, str]] = {}
    for each in series:
        shown = look_of(panel, each.labels[across]).written(each.last)
        rows.setdefault(each.labels[down], {})[each.labels[across]] = shown
    head = "".join(f"<th>{escape(name)}</th>" for name in ["", *heads])
    body = "".join(
        f"<tr><td>{escape(name)}</td>"
        + "".join(f"<td>{escape(row.get(head, ''))}</td>" for head in heads)
        + "</tr>"
        for name, row in rows.items()
    )
    return f'<table class="rows"><tr>{head}</tr>{body}</table>'


def lines(panel: Panel, dashboard: Dashboard, width: int, height: int) -> str:
    """A chart over its legend, which takes at most half of the height."""
    paints = colours(panel, dashboard)
    shown = [series for series in panel.series if series.points]
    all_series = sorted(shown, key=lambda series: -series.last)
    room = max(1, min(len(all_series), height // 2 // _LEGEND - 1))
    chart = height - (room + 1) * _LEGEND - 6
    stacked = "stacking" in panel.spec["fieldConfig"]["defaults"]["custom"]
    drawn = _stack(shown, paints) if stacked else _beside(panel, shown, paints)
    svg = _svg(panel, dashboard, drawn, width, chart)
    return svg + _legend(panel, paints, all_series, room)


class Line(NamedTuple):
    colour: str
    dashes: str
    points: tuple[tuple[float, float], ...]
    floor: tuple[tuple[float, float], ...]  # down to which it is filled


Scale = Callable[[float], float]


def _beside(
    panel: Panel, series: list[Series], paints: Mapping[str, str]
) -> list[Line]:
    drawn = []
    for each in series:
        look = look_of(panel, each.name)
        points = tuple((at, look.sign * value) for at, value in each.points)
        floor = tuple((at, 0.0) for at, _ in points)
        drawn.append(Line(paints[each.name], look.dashes, points, floor))
    return drawn


def _stack(series: list[Series], paints: Mapping[str, str]) -> list[Line]:
    """One on top of the other, by name: the same in every picture."""
    below: dict[float, float] = {}
    drawn = []
    for each in sorted(series, key=lambda one: one.name):
        floor = tuple((at, below.get(at, 0.0)) for at, _ in each.points)
        for at, value in each.points:
            below[at] = below.get(at, 0.0) + value
        points = tuple((at, below[at]) for at, _ in each.points)
        drawn.append(Line(paints[each.name], "", points, floor))
    return drawn


def _svg(
    panel: Panel,
    dashboard: Dashboard,
    drawn: list[Line],
    width: int,
    height: int,
) -> str:
    defaults = panel.spec["fieldConfig"]["defaults"]
    look = look_of(panel, "")
    told = marks([value for line in drawn for _, value in line.points], defaults)
    low, high = told[0], told[-1]
    span = dashboard.span
    right, bottom = width - 8, height - _BOTTOM

    def x(at: float) -> float:
        return _LEFT + (at - span.start) / (span.end - span.start) * (right - _LEFT)

    def y(value: float) -> float:
        return bottom - (value - low) / (high - low) * (bottom - 6)

    parts = [f'<svg width="{width}" height="{height}">']
    parts += [
        f'<path class="grid" d="M{_LEFT} {y(value):.1f}H{right}"/>'
        f'<text x="{_LEFT - 5}" y="{y(value) + 4:.1f}" text-anchor="end">'
        f"{escape(look.written(value))}</text>"
        for value in told
    ]
    times = (0, 0.5, 1) if width > _WIDE else (0, 1)
    parts += [_clock(span, part, x, height) for part in times]
    parts += _notes(dashboard, x, bottom)
    if "thresholdsStyle" in defaults["custom"]:
        parts += [
            f'<path d="M{_LEFT} {y(at):.1f}H{right}" stroke="{paint(name)}"'
            ' stroke-dasharray="6 4"/>'
            for at, name in look.steps
            if at is not None and low <= at <= high
        ]
    opacity = defaults["custom"]["fillOpacity"] / 100
    for line in drawn:
        edge = [f"{x(at):.1f} {y(value):.1f}" for at, value in line.points]
        floor = [
            f"{x(at):.1f} {y(min(high, max(low, value))):.1f}"
            for at, value in reversed(line.floor)
        ]
        parts.append(
            f'<path d="M{"L".join(edge + floor)}Z" style="fill:{line.colour}" opacity="{opacity}"/>'
            f'<path d="M{"L".join(edge)}" stroke="{line.colour}" stroke-width="1.5"'
            f' stroke-dasharray="{line.dashes}"/>'
        )
    return "".join([*parts, "</svg>"])


def _clock(span: Span, part: float, x: Scale, height: int) -> str:
    at = span.start + (span.end - span.start) * part
    place = x(at)
    anchor = "start" if part == 0 else "end" if part == 1 else "middle"
    told = datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S")
    return (
        f'<text x="{place:.1f}" y="{height - 3}" text-anchor="{anchor}">{told}</text>'
    )


def _notes(dashboard: Dashboard, x: Scale, bottom: int) -> list[str]:
    """A line where an annotation began; what was done on purpose is shaded to its end."""
    drawn = []
    for name, colour, answer in dashboard.annotations:
        for series in answer.series:
            left, right = x(series.points[0][0]), x(series.points[-1][0])
            stroke = paint(colour)
            drawn.append(
                f'<path d="M{left:.1f} 6V{bottom}" stroke="{stroke}" stroke-dasharray="2 3"/>'
            )
            if name == "Faults":
                drawn.append(
                    f'<rect x="{left:.1f}" y="6" width="{right - left:.1f}"'
                    f' height="{bottom - 6}" fill="{stroke}" opacity=".1"/>'
                )
    return drawn


def _legend(
    panel: Panel, paints: Mapping[str, str], series: list[Series], room: int
) -> str:
    rows = ["<tr><th></th><th>Last</th><th>Max</th></tr>"]
    hidden = len(series) - room
    shown = series[: room - 1] if hidden > 0 else series
    for each in shown:
        look = look_of(panel, each.name)
        style = "dotted" if look.dashes else "solid"
        rows.append(
            f'<tr><td><i style="border-top:3px {style} {paints[each.name]}"></i>'
            f"{escape(each.name)}</td><td>{escape(look.written(each.last))}</td>"
            f"<td>{escape(look.written(each.most))}</td></tr>"
        )
    if hidden > 0:
        rows.append(f"<tr><td>and {hidden + 1} more</td></tr>")
    return f'<table class="legend">{"".join(rows)}</table>'
