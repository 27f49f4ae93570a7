"""Which colour a line has: as Grafana, by what it is and never by its rank."""

from __future__ import annotations

from tests.stack.panels.answers import Dashboard, Panel
from tests.stack.panels.look import look_of, mixed

PALETTE = (
    "#2b8a3e", "#1c6fc4", "#d9600a", "#8e44ad", "#c92a2a",
    "#0b7285", "#b88600", "#5f3dc4", "#a61e4d", "#495057",
    "#c2255c", "#66a80f",
)  # fmt: skip
_PALER = 0.2  # of white, from one shade to the next
_BY_NAME = "palette-classic-by-name"


def colours(panel: Panel, dashboard: Dashboard) -> dict[str, str]:
    """By the name of each of its series."""
    named = _names(dashboard)
    found: dict[str, str] = {}
    shades: dict[str, int] = {}
    for position, series in enumerate(panel.series):
        look = look_of(panel, series.name)
        if look.fixed is None:
            rank = named[series.name] if look.mode == _BY_NAME else position
            found[series.name] = PALETTE[rank % len(PALETTE)]
        elif look.mode == "shades":
            step = shades[look.fixed] = shades.get(look.fixed, -1) + 1
            found[series.name] = mixed(look.fixed, min(0.6, _PALER * step), 255)
        else:
            found[series.name] = look.fixed
    return found


def _names(dashboard: Dashboard) -> dict[str, int]:
    """Of whatever has its colour by name, in a fixed order: the same in all panels."""
    names = {
        series.name
        for panel in dashboard.panels
        if panel.spec["fieldConfig"]["defaults"]["color"]["mode"] == _BY_NAME
        for series in panel.series
    }
    return {name: rank for rank, name in enumerate(sorted(names))}
