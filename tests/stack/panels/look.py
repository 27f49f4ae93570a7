"""How a value of a panel looks by the dashboard's file: unit, words, colour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.stack.panels.answers import Panel
from tests.stack.panels.units import written

COLOURS = {
    "green": "#2b8a3e",
    "yellow": "#b88600",
    "orange": "#d9600a",
    "red": "#c92a2a",
    "blue": "#1c6fc4",
    "purple": "#7a3fb5",
}
_KINDS = {  # share of white or black
    "": (0, 0),
    "dark": (0.35, 0),
    "light": (0.4, 255),
}


@dataclass(frozen=True, slots=True)
class Look:
    unit: str
    decimals: int | None
    steps: tuple[tuple[float | None, str], ...]  # from which value on, which colour
    words: Mapping[str, tuple[str, str]]  # value: text and colour
    mode: str  # how it comes by its colour
    fixed: str | None  # one colour, whatever the value; with "shades", what is shaded
    sign: int  # -1: drawn below the axis
    dashes: str  # of its line: lengths drawn and left out

    def written(self, value: float) -> str:
        word = self.words.get(f"{value:g}")
        return word[0] if word else written(value, self.unit, self.decimals)

    def colour(self, value: float) -> str:
        word = self.words.get(f"{value:g}")
        if word:
            return paint(word[1])
        reached = [name for at, name in self.steps if at is None or value >= at]
        return paint(reached[-1])


def paint(name: str) -> str:
    """A colour by Grafana's name for it, or as it is. Raises KeyError for an unknown one."""
    if name.startswith("#"):
        return name
    kind, _, base = name.rpartition("-")
    return mixed(COLOURS[base], *_KINDS[kind])


def mixed(colour: str, share: float, into: int) -> str:
    """With that share of white (255) or black (0)."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(p + (into - p) * share):02x}" for p in parts)


def look_of(panel: Panel, name: str) -> Look:
    """Of the series, or the table's column, of that name."""
    config = panel.spec["fieldConfig"]
    chosen: dict[str, Any] = dict(config["defaults"])
    for override in config["overrides"]:
        if _matches(override["matcher"], name):
            chosen |= {each["id"]: each["value"] for each in override["properties"]}
    colour, line = chosen["color"], chosen.get("custom.lineStyle", {})
    return Look(
        unit=chosen["unit"],
        decimals=chosen.get("decimals"),
        steps=tuple((s["value"], s["color"]) for s in chosen["thresholds"]["steps"]),
        words={
            value: (option["text"], option["color"])
            for mapping in chosen.get("mappings", ())
            for value, option in mapping["options"].items()
        },
        mode=colour["mode"],
        fixed=paint(colour["fixedColor"]) if "fixedColor" in colour else None,
        sign=-1 if chosen.get("custom.transform") == "negative-Y" else 1,
        dashes=" ".join(map(str, line.get("dash", ()))),
    )


def _matches(matcher: Mapping[str, str], name: str) -> bool:
    if matcher["id"] == "byName":
        return matcher["options"] == name
    return re.search(matcher["options"].strip("/"), name) is not None


def columns(panel: Panel) -> dict[str, str]:
    """What a table calls its fields, in order; without those it leaves out."""
    for each in panel.spec.get("transformations", ()):
        if each["id"] == "organize":
            options = each["options"]
            order = options["indexByName"]
            names = options["renameByName"]
            return {
                field: names[field]
                for field in sorted(names, key=lambda field: order.get(field, 0))
            }
    return {}


def column(panel: Panel, ref: str) -> str | None:
    """What a table calls the value of a query; None for what is no table."""
    names = columns(panel)
    return names.get(f"Value #{ref}") or names.get("Value")
