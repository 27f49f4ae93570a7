"""What the Grafana dashboards ask of Prometheus, with their variables filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stack.tools import MONITORING

FOLDER = MONITORING / "grafana" / "dashboards"
NAMES = ("sre-overview", "infrastructure", "business")
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
_CHOICES = re.compile(r"label_values\((?P<series>.+), (?P<label>\w+)\)", re.ASCII)
# What Grafana would fill in, where Prometheus scrapes each second.
QUICK = {"__rate_interval": "5s", "__range": "1h", "__interval": "1s"}


@dataclass(frozen=True, slots=True)
class Target:
    """One query of one panel, annotation or variable."""

    dashboard: str  # its title
    panel: str
    legend: str
    expression: str  # as the file has it
    filled: str  # as Prometheus is asked
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.dashboard} / {self.panel} / {self.legend}: {self.expression}"


def load(name: str) -> dict[str, Any]:
    path: Path = FOLDER / f"{name}.json"
    dashboard: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return dashboard


def variables(dashboard: Mapping[str, Any]) -> dict[str, str]:
    """Each with what stands for all of its choices, or with its only one."""
    return {
        each["name"]: each.get("allValue") or each["current"]["value"]
        for each in dashboard["templating"]["list"]
    }


def fill(expression: str, values: Mapping[str, str]) -> str:
    """Raises KeyError for a variable that there is not."""
    return _VARIABLE.sub(lambda found: values[found[1]], expression)


def panels(dashboard: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Those that show something: no rows."""
    return [each for each in dashboard["panels"] if each["type"] != "row"]


def targets(
    dashboard: Mapping[str, Any], built_in: Mapping[str, str] = QUICK
) -> Iterator[Target]:
    """Of its panels, then of its annotations, then of the choices of its variables."""
    values = {**variables(dashboard), **built_in}
    title = dashboard["title"]
    for panel in panels(dashboard):
        unit = panel["fieldConfig"]["defaults"]["unit"]
        for each in panel["targets"]:
            expression = each["expr"]
            filled = fill(expression, values)
            yield Target(
                title, panel["title"], each["legendFormat"], expression, filled, unit
            )
    for each in dashboard["annotations"]["list"]:
        filled = fill(each["expr"], values)
        yield Target(title, "annotation", each["name"], each["expr"], filled)
    for each in dashboard["templating"]["list"]:
        if each["type"] == "query":
            found = _CHOICES.fullmatch(each["definition"])
            assert found is not None, each["definition"]
            asked = f"group by ({found['label']}) ({found['series']})"
            filled = fill(asked, values)
            yield Target(title, "variable", each["name"], each["definition"], filled)


def everything() -> list[Target]:
    return [each for name in NAMES for each in targets(load(name))]
