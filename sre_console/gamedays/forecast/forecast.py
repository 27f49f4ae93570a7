"""A forecast as it is told, kept and asked later how far the run should be by now. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sre_console.gamedays.forecast.firing import Firing

# How the rate is known: seen, what the built-in traffic is set to, or not at all.
RateFrom = Literal["seen", "setting", "none"]
BURNS = ("5m", "1h", "6h")  # windows of the curve
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class StepForetold:
    """What one step adds; times in wall seconds from the start."""

    index: int
    begins: float
    ends: float
    bad: Mapping[str, int]  # by SLO, as all counts here
    spent: Mapping[str, float]  # share of the whole budget


@dataclass(frozen=True, slots=True)
class Curve:
    """The run as lines; `burn` is of the worst SLO, by window."""

    times: Sequence[float]
    bad: Mapping[str, Sequence[int]]
    burn: Mapping[str, Sequence[float | None]]

    def at(self, line: Sequence[float | None], moment: float) -> float | None:
        """A line's value at a moment, between two of its points; the ends go on."""
        place = bisect_left(self.times, moment)
        if place == 0:
            return line[0]
        if place == len(self.times):
            return line[-1]
        begin, end = line[place - 1], line[place]
        if begin is None or end is None:
            return end
        since = moment - self.times[place - 1]
        return begin + (end - begin) * since / (
            self.times[place] - self.times[place - 1]
        )


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run will do if traffic and patterns stay as they are."""

    seconds: float  # that it takes
    rate: float  # requests a wall second that are assumed
    bad: Mapping[str, int]
    total: int
    spent: Mapping[str, float]
    left: Mapping[str, float | None]  # of the budget at the end; None: no events
    worst: str  # the SLO that it costs most
    exhausts_after: float | None  # until the first budget is gone, within the run
    history_short: bool  # windows are not full at the start: alerts come sooner
    alerts: Sequence[Firing]
    steps: Sequence[StepForetold]
    curve: Curve
    rate_from: RateFrom = "seen"

    def at(self, seconds: float) -> dict[str, Any]:
        """How far the run should be by then, as JSON."""
        bad = {
            slo: round(self.curve.at(line, seconds) or 0)
            for slo, line in self.curve.bad.items()
        }
        return {
            "seconds": round(seconds, 3),
            "badEvents": bad,
            "budgetSpentRatio": {
                slo: _short(self.spent[slo] * count / self.bad[slo] if count else 0.0)
                for slo, count in bad.items()
            },
            "burn": {
                window: _short(self.curve.at(line, seconds))
                for window, line in self.curve.burn.items()
            },
            "worst": self.worst,
        }

    def json(self) -> dict[str, Any]:
        return {
            "seconds": self.seconds,
            "rate": _short(self.rate),
            "rateFrom": self.rate_from,
            "badEvents": dict(self.bad),
            "totalEvents": self.total,
            "budgetSpentRatio": _shorts(self.spent),
            "budgetLeftRatio": _shorts(self.left),
            "worst": self.worst,
            "exhaustsAfter": self.exhausts_after,
            "historyShort": self.history_short,
            "alerts": [
                {
                    "name": each.name,
                    "slo": each.slo,
                    "severity": each.severity,
                    "firesAfter": each.fires_after,
                    "step": each.step,
                    "sinceStep": each.since_step,
                    "clearsAfter": each.clears_after,
                }
                for each in self.alerts
            ],
            "steps": [
                {
                    "index": each.index,
                    "beginsAfter": each.begins,
                    "endsAfter": each.ends,
                    "badEvents": dict(each.bad),
                    "budgetSpentRatio": _shorts(each.spent),
                }
                for each in self.steps
            ],
            "curve": {
                "t": list(self.curve.times),
                "bad": {slo: list(line) for slo, line in self.curve.bad.items()},
                "burn": {
                    window: [_short(burn) for burn in line]
                    for window, line in self.curve.burn.items()
                },
            },
        }


def forecast_read(stored: Mapping[str, Any]) -> Forecast:
    """The forecast that was kept as its JSON."""
    curve = stored["curve"]
    return Forecast(
        seconds=stored["seconds"],
        rate=stored["rate"],
        bad=stored["badEvents"],
        total=stored["totalEvents"],
        spent=stored["budgetSpentRatio"],
        left=stored["budgetLeftRatio"],
        worst=stored["worst"],
        exhausts_after=stored["exhaustsAfter"],
        history_short=stored["historyShort"],
        alerts=tuple(
            Firing(
                each["name"], each["slo"], each["severity"], each["firesAfter"],
                each["clearsAfter"], each["step"], each["sinceStep"],
            )
            for each in stored["alerts"]
        ),
        steps=tuple(
            StepForetold(
                each["index"], each["beginsAfter"], each["endsAfter"],
                each["badEvents"], each["budgetSpentRatio"],
            )
            for each in stored["steps"]
        ),
        curve=Curve(curve["t"], curve["bad"], curve["burn"]),
        rate_from=stored["rateFrom"],
    )  # fmt: skip


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _shorts(values: Mapping[str, float | None]) -> dict[str, float | None]:
    return {slo: _short(value) for slo, value in values.items()}
