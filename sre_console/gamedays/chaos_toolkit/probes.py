"""What a game day looks at, as JSON paths over the REST API that the Chaos Toolkit asks. Pure.

Its JSON paths are those of jsonpath2: a filter stands behind [*], and = compares.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from sre_console.gamedays.scenarios.probes import (
    AlertProbe,
    AlertState,
    Measure,
    Probe,
    SloProbe,
    StatusProbe,
)
from sre_console.slo.windows import WINDOWS

ALERTS, SLOS = "/api/alerts", "/api/slo"
_ALERT = re.compile(
    r'\$\.data\.alerts\[\*\]\[\?\(@\.name = "(?P<alert>[^"]+)"'
    r'(?: and @\.slo = "(?P<slo>[^"]+)")? and @\.state = "(?P<state>firing|pending)"\)\]\.name'
)
_STATUS = re.compile(
    r'\$\.data\.slos\[\*\]\[\?\(@\.name = "(?P<slo>[^"]+)" and '
    r'\((?P<statuses>@\.status = "[a-z_]+"(?: or @\.status = "[a-z_]+")*)\)\)\]\.name'
)
_FIGURE = re.compile(
    r'\$\.data\.slos\[\*\]\[\?\(@\.name = "(?P<slo>[^"]+)" and '
    r'@(?:\["burnRates"\]\["(?P<window>[0-9]+[mhd])"\]|\["budget"\]\["remainingRatio"\]) '
    r"(?P<sign>>|<=) (?P<value>-?[0-9.]+)\)\]\.name"
)
_SIGNS: Mapping[str, str] = {"above": ">", "below": "<="}


def rest_written(probe: Probe) -> tuple[str, dict[str, Any]] | None:
    """The path to ask and its tolerance; None: it cannot be told so."""
    if any('"' in name or "\\" in name for name in _names(probe)):
        return None
    match probe:
        case AlertProbe():
            asked = f'@.name = "{probe.alert}"'
            if probe.slo is not None:
                asked += f' and @.slo = "{probe.slo}"'
            state = "firing" if probe.state == "quiet" else probe.state
            path = f'$.data.alerts[*][?({asked} and @.state = "{state}")].name'
            return ALERTS, _tolerance(path, none=probe.state == "quiet")
        case StatusProbe():
            words = " or ".join(f'@.status = "{each}"' for each in probe.statuses)
            return SLOS, _slo(probe.slo, f"({words})")
        case SloProbe(comparison="above" | "below"):
            figure = {
                "burn": f'@["burnRates"]["{probe.window}"]',
                "budgetRemaining": '@["budget"]["remainingRatio"]',
            }.get(probe.measure)
            if figure is None:
                return None
            sign = _SIGNS[probe.comparison]
            return SLOS, _slo(probe.slo, f"{figure} {sign} {_plain(probe.value)}")
        case _:
            return None


def rest_read(
    path: str, json_path: str, count: object, *, expects: bool
) -> Probe | None:
    """The inverse of `rest_written`; None: it is something else."""
    if expects or (count is not None and count != 0):
        return None
    if path == ALERTS and (match := _ALERT.fullmatch(json_path)):
        state = "quiet" if count == 0 else match["state"]
        return AlertProbe(match["alert"], cast("AlertState", state), match["slo"])
    if path != SLOS or count is not None:
        return None
    if match := _STATUS.fullmatch(json_path):
        statuses = re.findall(r'"([a-z_]+)"', match["statuses"])
        return StatusProbe(match["slo"], tuple(statuses))
    match = _FIGURE.fullmatch(json_path)
    if match is None or match["window"] not in {None, *WINDOWS}:
        return None
    measure: Measure = "budgetRemaining" if match["window"] is None else "burn"
    comparison = next(word for word, sign in _SIGNS.items() if sign == match["sign"])
    return SloProbe(
        match["slo"], measure, comparison, float(match["value"]), match["window"]  # type: ignore[arg-type]
    )  # fmt: skip


def _names(probe: Probe) -> tuple[str, ...]:
    match probe:
        case AlertProbe():
            return probe.alert, probe.slo or ""
        case SloProbe() | StatusProbe():
            return (probe.slo,)
        case _:
            return ()


def _slo(slo: str, asked: str) -> dict[str, Any]:
    return _tolerance(f'$.data.slos[*][?(@.name = "{slo}" and {asked})].name')


def _tolerance(path: str, *, none: bool = False) -> dict[str, Any]:
    tolerance: dict[str, Any] = {"type": "jsonpath", "path": path, "target": "body"}
    return {**tolerance, "count": 0} if none else tolerance


def _plain(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
