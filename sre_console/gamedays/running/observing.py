"""Looking at the service as it is now, for a turn of a run."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from ironclad.clock import Clock
from sre_console.chaos.selectors import REPLICA_SILENT
from sre_console.gamedays.course.seen import Answered, Counted, Seen, SloSeen
from sre_console.incidents.alerts import states_now
from sre_console.incidents.catalogue import catalogue
from sre_console.models import Replica
from sre_console.slo import budget, lookup
from sre_console.slo.counters import Counters
from sre_console.slo.objectives import objectives
from sre_console.slo.selectors import slo_standings
from sre_console.slo.standings import Standings, standings


def observe(clock: Clock, http: Mapping[str, Answered] | None = None) -> Seen:
    """A fixed number of queries; counts are always the timeline's, to the second."""
    now = clock.epoch()
    newest = lookup.newest()
    stored = standings(
        objectives(),
        now=now,
        scale=settings.CLOCK_SCALE,
        newest=None if newest is None else newest.second,
        seeded=False,
    )
    shown = slo_standings(by=clock) if settings.PROMETHEUS_URL else stored
    return Seen(
        at=now,
        counted=Counted() if newest is None else counted_of(newest.counters),
        slos={
            standing.objective.name: SloSeen(
                remaining=standing.all_events.remaining_ratio,
                status=standing.status,
                burns=standing.burns,
                allowed=stored.of(standing.objective.name).all_events.total,
                real_burns=_real_burns(stored, standing.objective.name),
            )
            for standing in shown.slos
        },
        alerts={
            (name, slo or None): row.state
            for (name, slo), row in states_now(lookup.moment(now)).items()
        },
        breakers=_breakers(now),
        http=http or {},
        newest=None if newest is None else newest.second,
    )


def counted_of(counters: Counters) -> Counted:
    return Counted(counters.total, counters.exercise, dict(counters.bad))


def _real_burns(found: Standings, slo: str) -> dict[str, float | None]:
    """Of events that no fault was injected into; None where there were too few."""
    objective = found.of(slo).objective
    burns: dict[str, float | None] = {}
    for window in ("5m", "1h"):
        counts = found.windows[window]
        bad, drilled = counts.bad.get(slo, (0, 0))
        real = counts.total - counts.exercise
        burns[window] = None
        if real >= catalogue().minimum_events:
            burns[window] = budget.burn_rate(bad - drilled, real, objective.budget)
    return burns


def _breakers(now: float) -> dict[str, tuple[str, ...]]:
    """The state of each replica's breakers, by name."""
    alive = Replica.objects.filter(seen_at__gt=lookup.moment(now) - REPLICA_SILENT)
    found: dict[str, list[str]] = {}
    for state in alive.values_list("resilience", flat=True):
        for breaker in state.get("breakers", []):
            found.setdefault(breaker["name"], []).append(breaker["state"])
    return {name: tuple(states) for name, states in found.items()}
