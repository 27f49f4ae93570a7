"""The SLO metrics of this replica."""

from __future__ import annotations

from ironclad.observability.metrics import set_slo_gauges
from sre_console.slo.standings import Standings


def gauges_set(standings: Standings) -> None:
    """Show the newest standings on /metrics."""
    for standing in standings.slos:
        name = standing.objective.name
        set_slo_gauges(name, standing.all_events.remaining_ratio, standing.burns)
