"""The SLO metrics of this replica."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironclad.observability.metrics import (
    ironclad_database_away_seconds,
    ironclad_evaluator_beat_age_seconds,
    ironclad_fault_seconds,
    ironclad_running_seconds,
    ironclad_sample_lag_seconds,
    set_slo_gauges,
)
from sre_console.slo.standings import Standings

if TYPE_CHECKING:
    from sre_console.live.runtime import Runtime


def gauges_set(standings: Standings) -> None:
    """Show the newest standings on /metrics."""
    for standing in standings.slos:
        name = standing.objective.name
        set_slo_gauges(name, standing.all_events.remaining_ratio, standing.burns)


def gauges_watch(parts: Runtime) -> None:
    """Have the gauges of what goes on around the service ask this replica's parts."""
    listener, clock = parts.listener, parts.clock
    began = clock.monotonic()
    ironclad_running_seconds.set_function(lambda: clock.monotonic() - began)
    ironclad_database_away_seconds.set_function(lambda: listener.away_seconds)
    ironclad_evaluator_beat_age_seconds.set_function(
        # without the database nobody can judge, and that is another alert
        lambda: clock.monotonic() - listener.beat_heard if listener.ok else 0.0
    )
    ironclad_sample_lag_seconds.set_function(lambda: parts.recorder.lag)
    ironclad_fault_seconds.set_function(
        lambda: (
            0.0
            if listener.fault_began is None or parts.switchboard.in_force is None
            else max(0.0, clock.epoch() - listener.fault_began)
        )
    )
