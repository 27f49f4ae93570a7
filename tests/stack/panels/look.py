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


@dataclass(frozen=True, slots=True)
class Look:
    unit: str
    decimals: int | None
    steps: tuple[tuple[float | None, str], ...]  # from which value on, which colour
    words: Mapping[str, tuple[str, str]]  # value: text and colour
    fixed: str | None  # one colour, whatever the value
    sign: int  # -1: drawn below the axis

    def written(self, value: float) -> str:
        word = self.words.get(f"{value:g}")
        return word[0] if word else written(value, self.unit, self.decimals)

    def colour(self, value: float) -> str:
        word = self.words.get(f"{value:g}")
        if word:
            return COLOURS[word[1]]
        reached = [name for at, name in self.steps if at is None or value >= at]
        return COLOURS[reached[-1]]


def look_of(panel: Panel, name: str) -> Look:
    """Of the series, or the table's column, of that name."""
    config = panel.spec["fieldConfig"]
    chosen: dict[str, Any] = dict(config["defaults"])
    for override in config["overrides"]:
        if _matches(override["matcher"], name):
            chosen |= {each["id"]: each["value"] for each in override["properties"]}
    return Look(
        unit=chosen["unit"],
        decimals=chosen.get("decimals"),
        steps=tuple((s["value"], s["color"]) for s in chosen["thresholds"]["steps"]),
        words={
            value: (option["text"], option["color"])
            for mapping in chosen.get("mappings", ())
            for value, option in mapping["options"].items()
        },
        fixed=COLOURS.get(chosen["color"].get("fixedColor")),
        sign=-1 if chosen.get("custom.transform") == "negative-Y" else 1,
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
