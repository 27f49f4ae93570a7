"""The SLO metrics of this replica."""

from __future__ import annotations

import math

from sre_console.slo.standings import Standings


def gauges_set(standings: Standings) -> None:
    """Show the newest standings on /metrics; no data is NaN there."""
    try:
        from ironclad.observability import metrics  # noqa: PLC0415
    except ImportError:
        return
    for standing in standings.slos:
        metrics.set_slo_gauges(
            standing.objective.name,
            _number(standing.all_events.remaining_ratio),
            {window: _number(burn) for window, burn in standing.burns.items()},
        )


def _number(value: float | None) -> float:
    return math.nan if value is None else value
