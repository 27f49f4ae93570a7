"""Stages as tests write them, foretold by the rules that are delivered."""

from __future__ import annotations

from itertools import accumulate, pairwise
from pathlib import Path

from sre_console.gamedays.forecast.counting import Stage
from sre_console.gamedays.forecast.firing import Firing
from sre_console.gamedays.forecast.forecast import Forecast
from sre_console.gamedays.forecast.past import History
from sre_console.gamedays.forecast.prediction import foretell
from sre_console.incidents import rules
from sre_console.slo import windows
from sre_console.slo.objectives import load

K, RATE, PERIOD = 60, 50, 43_200  # scale, requests and seconds of wall time
FOLDER = Path(__file__).parents[3] / "deploy" / "slo"
OBJECTIVES = load(FOLDER)
CATALOGUE = rules.load(
    FOLDER / "alerts.yaml", OBJECTIVES, windows.load(FOLDER / "windows.yaml")
)
SLOS = tuple(objective.name for objective in OBJECTIVES)
FULL = History.healthy(SLOS, rate=RATE, seconds=PERIOD)


def errors(*steps: tuple[float, float]) -> list[Stage]:
    """One step for each (error rate, seconds)."""
    ends = accumulate((lasts for _, lasts in steps), initial=0.0)
    return [
        Stage(
            index,
            begins,
            until,
            bad={"availability": rate, "error-rate": rate},
            failed=rate,
            faulty=rate > 0,
        )
        for index, ((rate, _), (begins, until)) in enumerate(
            zip(steps, pairwise(ends), strict=True)
        )
    ]


def slow(seconds: float) -> list[Stage]:
    """All requests take 700 ms longer."""
    held = {"latency": 0.48}
    return [Stage(0, 0, seconds, bad={"latency": 1}, delay=0.7, held=held, faulty=True)]


def foretold(
    stages: list[Stage],
    *,
    history: History = FULL,
    rate: float = RATE,
    scale: float = K,
) -> Forecast:
    return foretell(
        stages,
        history,
        rate=rate,
        objectives=OBJECTIVES,
        catalogue=CATALOGUE,
        scale=scale,
    )


def alert(found: Forecast, name: str, slo: str | None = None) -> Firing | None:
    """The first time that it fires."""
    return next((a for a in found.alerts if (a.name, a.slo) == (name, slo)), None)


def fires(found: Forecast, name: str, slo: str | None = None) -> float | None:
    first = alert(found, name, slo)
    return None if first is None else first.fires_after
