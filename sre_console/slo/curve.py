"""The points of the charts, from cumulative counters: the database's or this replica's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from sre_console.slo import lookup
from sre_console.slo.counters import LIMITED, WORK, Counters
from sre_console.slo.histogram import quantile
from sre_console.slo.objectives import Objective, objectives
from sre_console.slo.standings import burns
from sre_console.slo.windows import WINDOWS, wall

TRAILING = 5  # wall seconds that the error ratio and the percentiles look back
SHOWN = ("5m", "1h", "6h")  # burn rates on the chart
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
_DIGITS = 6


class Levels(Protocol):
    """Cumulative counters by epoch second; None where nothing is known."""

    def at(self, second: int) -> Counters | None: ...


@dataclass(frozen=True, slots=True)
class Point:
    """One second, or one step of a longer range; None is no data."""

    t: int  # epoch second, its start
    n: float | None  # requests a second
    err: float | None  # ratio of 5xx
    limited: float | None  # ratio of 429: no failures
    quantiles: Mapping[str, float | None]  # seconds
    burn: Mapping[str, float | None]
    seeded: bool
    work: Mapping[
        str, float | None
    ]  # a second, by kind (sre_console.slo.counters.WORK)

    def json(self) -> dict[str, object]:
        return {
            "t": self.t, "n": self.n, "err": self.err, "limited": self.limited,
            **self.quantiles, "burn": dict(self.burn), "seeded": self.seeded, "work": dict(self.work),
        }  # fmt: skip


def judged() -> Objective:
    """The objective whose burn rate is drawn: availability, or else the first."""
    every = objectives()
    return next((o for o in every if o.name == "availability"), every[0])


def shown_windows() -> dict[str, int]:
    """The drawn windows in wall seconds."""
    return {name: wall(WINDOWS[name], settings.CLOCK_SCALE) for name in SHOWN}


def trailing(step: int) -> int:
    """How far a point looks back: whole steps, so that it ends on the grid."""
    return step * -(-TRAILING // step)


def points(levels: Levels, seconds: Sequence[int], step: int = 1) -> list[Point]:
    objective, windows = judged(), shown_windows()
    return [_point(levels, second, step, objective, windows) for second in seconds]


def columns(found: Sequence[Point]) -> dict[str, object]:
    """The same by column, as charts take them."""
    return {
        "t": [point.t for point in found],
        "n": [point.n for point in found],
        "err": [point.err for point in found],
        **{name: [point.quantiles[name] for point in found] for name in QUANTILES},
        "burn": {name: [point.burn[name] for point in found] for name in SHOWN},
        "seeded": [int(point.seeded) for point in found],
    }


def _point(
    levels: Levels,
    second: int,
    step: int,
    objective: Objective,
    windows: Mapping[str, int],
) -> Point:
    here, before = levels.at(second), levels.at(second - step)
    start = levels.at(second - trailing(step))
    recent = here.since(start) if here and start else Counters()
    last = here.since(before) if here and before else Counters()
    one, total, seeded = last.covered, last.total, last.seeded
    starts = {name: levels.at(second - window) for name, window in windows.items()}
    known = {name: begin for name, begin in starts.items() if begin is not None}
    burning = burns(objective, here, known) if here else {}
    return Point(
        # the start of the last second: what `sli_timeline.second` says, too
        t=second,
        n=_round(total / one) if one > 0 else None,
        err=_round(recent.failed / recent.total) if recent.total > 0 else None,
        limited=_round(recent.work.get(LIMITED, 0) / recent.total)
        if recent.total > 0
        else None,
        quantiles={
            name: _round(quantile(recent.histogram, q)) for name, q in QUANTILES.items()
        },
        burn={name: _round(burning.get(name)) for name in windows},
        seeded=seeded > 0,
        work={
            kind: _round(last.work.get(kind, 0) / one) if one > 0 else None
            for kind in WORK
        },
    )


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


class StoredLevels:
    """The fleet's counters: two queries for any number of points."""

    def __init__(self, seconds: Collection[int], step: int = 1) -> None:
        back = trailing(step)
        detailed = {
            *seconds,
            *(s - back for s in seconds),
            *(s - step for s in seconds),
        }
        plain = {s - w for s in seconds for w in shown_windows().values()} - detailed
        found = lookup.at(detailed, whole=True) | lookup.at(plain)
        self._rows = {int(second): row for second, row in found.items()}

    def at(self, second: int) -> Counters | None:
        row = self._rows.get(second)
        return row.counters if row else None


class OwnLevels:
    """One replica's counters of the last minutes; nothing before them."""

    def __init__(self, ring: Collection[lookup.Row]) -> None:
        self._rows = {row.second: row.counters for row in ring}

    def at(self, second: int) -> Counters | None:
        return self._rows.get(second)
