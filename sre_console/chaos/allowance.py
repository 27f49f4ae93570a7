"""How many bad events a game day may cause, and which part of them each replica may.

Each replica counts for itself and asks nobody before it injects, so its share is a cap on its own
cumulative count: together the replicas never exceed the limit, whatever they know of each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Counts = Mapping[str, int]  # of bad events, by SLO

NOBODY: Counts = {}


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a plan of faults may spend; a plan without one may spend what it likes."""

    key: str  # counts go on across the versions of the plan that carry the same one
    limits: Counts  # for all replicas together; an SLO that is not named has no limit
    shares: Mapping[str, Counts]  # replica's UUID → caps on its cumulative counts

    def spent_out(self, replica: str, spent: Counts) -> bool:
        """Whether this replica may cause no more bad events.

        One that has no share may cause none: it came after the shares were dealt.
        """
        share = self.shares.get(replica)
        if share is None:
            return True
        return any(spent.get(slo, 0) >= share.get(slo, 0) for slo in self.limits)

    def json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "limits": dict(self.limits),
            "shares": {replica: dict(caps) for replica, caps in self.shares.items()},
        }


def allowance_read(stored: Mapping[str, Any]) -> Allowance | None:
    """Out of what `Allowance.json` made; None out of nothing."""
    if not stored:
        return None
    return Allowance(stored["key"], stored["limits"], stored["shares"])


def dealt(
    key: str,
    limits: Counts,
    spent_by_replica: Mapping[str, Counts],
    alive: Sequence[str],
) -> Allowance:
    """Deal what is left of each limit evenly over the living replicas.

    `spent_by_replica` also names the replicas that are gone: what they caused is spent. The
    first of `alive` get the remainder. Each one's cap starts at what it has caused so far, so
    the caps of the living and the counts of the others together are the limit, or what was
    spent where that is more.
    """
    shares: dict[str, dict[str, int]] = {replica: {} for replica in alive}
    for slo, limit in limits.items():
        spent = sum(counts.get(slo, 0) for counts in spent_by_replica.values())
        each, over = divmod(max(0, limit - spent), max(1, len(shares)))
        for place, (replica, caps) in enumerate(shares.items()):
            caused = spent_by_replica.get(replica, NOBODY).get(slo, 0)
            caps[slo] = caused + each + (place < over)
    return Allowance(key, dict(limits), shares)
