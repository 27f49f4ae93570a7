"""Everything that the Capacity page and /api/capacity tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sre_console.capacity.advice import Advice, Situation, advise
from sre_console.capacity.connections import Connections, connections_read
from sre_console.capacity.headroom import Headroom, bends_first, headroom
from sre_console.capacity.knees import Knee, knee_for, knees_newest
from sre_console.capacity.saturation import Saturation, saturations
from sre_console.capacity.told import Used, used_read
from sre_console.chaos.rows import database_now
from sre_console.chaos.selectors import REPLICA_SILENT
from sre_console.models import MeasuredKnee, Replica
from sre_console.resilience.selectors import switch_read


@dataclass(frozen=True, slots=True)
class Overview:
    now: datetime
    replicas: list[Used]  # in the order in which they were started
    connections: Connections
    saturations: list[Saturation]
    rate: float | None  # service requests a second, of all; None: nobody has told
    knee: Knee | None
    knees: list[MeasuredKnee]  # newest first
    headroom: Headroom | None
    first: Saturation | None  # what is nearest to being full
    advice: list[Advice]
    cache_off: bool

    @property
    def knee_share(self) -> float | None:
        if self.rate is None or self.knee is None:
            return None
        return self.rate / self.knee.rps


def capacity_overview(now: datetime | None = None) -> Overview:
    now = now or database_now()
    alive = Replica.objects.filter(seen_at__gt=now - REPLICA_SILENT)
    rows = alive.order_by("started_at", "id").values_list("id", "resilience")
    replicas = [used_read(pk, state.get("capacity")) for pk, state in rows]
    connections, knees = connections_read(), knees_newest()
    rates = [each.rate for each in replicas if each.rate is not None]
    rate = sum(rates) if rates else None
    knee = knee_for(len(replicas))
    found = saturations(replicas, connections.taken)
    switch, _remaining = switch_read()
    cache_off = "cache" in switch.off
    return Overview(
        now=now,
        replicas=replicas,
        connections=connections,
        saturations=found,
        rate=rate,
        knee=knee,
        knees=knees,
        headroom=headroom(rate, found, knee.rps if knee else None),
        first=bends_first(found),
        advice=advise(
            Situation(
                replicas=replicas,
                saturations=found,
                knee_share=_share(rate, knee, measured=bool(knees)),
                cache_off=cache_off,
            )
        ),
        cache_off=cache_off,
    )


def _share(rate: float | None, knee: Knee | None, *, measured: bool) -> float | None:
    """Where nobody serves, nothing is used of what was measured."""
    if knee is None:
        return 0.0 if measured else None
    return (rate or 0.0) / knee.rps
