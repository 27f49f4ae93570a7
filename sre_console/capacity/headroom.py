"""How many more requests a second it bears, and what bends first. Pure.

What grows with the requests is taken to grow in proportion: r requests a second that use the share u
reach the threshold t at r x t / u. A process uses some CPU without any request, so this is rather too
little than too much. Where the knee was measured, that bounds it as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sre_console.capacity.saturation import GROWING, THRESHOLDS, Saturation, State

LEAST_RATE = 1.0  # requests a second; fewer say nothing of many
LEAST_SHARE = 0.02  # of a resource; below that it is noise
NEAR = 0.7  # of what it bears: from there on a spike of half as much again is too much


@dataclass(frozen=True, slots=True)
class Headroom:
    rate: float  # requests a second now, of the whole fleet
    bears: float  # requests a second
    first: (
        Saturation | None
    )  # what is full then; None: the measured knee is there before

    @property
    def more(self) -> float:
        return max(0.0, self.bears - self.rate)

    @property
    def share(self) -> float:
        """Of what it bears, that is used now."""
        return self.rate / self.bears if self.bears > 0 else 1.0

    @property
    def state(self) -> State:
        if self.share >= 1:
            return "full"
        return "near" if self.share >= NEAR else "ok"


def bends_first(found: Sequence[Saturation]) -> Saturation | None:
    """The resource that is nearest to being full; None: nothing is used enough to tell."""
    counted = [each for each in found if _tells(each)]
    return max(counted, key=lambda each: each.closeness, default=None)


def headroom(
    rate: float | None, found: Sequence[Saturation], knee: float | None
) -> Headroom | None:
    """None: too few requests to tell, or nothing is known of what they use."""
    if rate is None or rate < LEAST_RATE:
        return None
    growing = [e for e in found if e.resource in GROWING and e.share >= LEAST_SHARE]
    first = max(growing, key=lambda each: each.closeness, default=None)
    bears = None if first is None else rate / first.closeness
    if knee is not None and (bears is None or knee < bears):
        return Headroom(rate, knee, None)
    return None if bears is None else Headroom(rate, bears, first)


def _tells(each: Saturation) -> bool:
    """What does not grow with the requests counts once it is nearly full."""
    if each.resource in GROWING:
        return each.share >= LEAST_SHARE
    return each.share >= THRESHOLDS[each.resource].near
