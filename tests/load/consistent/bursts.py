"""When and where is written: in bursts, mostly at one replica.

What a replica has missed shows only while nothing else makes it forget what it keeps. So each
burst leaves the other replicas alone, and is followed by a calm that is longer than any answer may
be old.
"""

from __future__ import annotations

from random import Random

BURST = 0.7  # seconds
CALM = 0.6
_ELSEWHERE = 0.1  # of the writes


def calm(moment: float) -> float:
    """Seconds until the next burst; 0 in one."""
    into = moment % (BURST + CALM)
    return 0.0 if into < BURST else BURST + CALM - into


def ending(moment: float, before: float) -> float:
    """Seconds until `before` the end of a burst."""
    return (BURST - before - moment) % (BURST + CALM)


def place(moment: float, replicas: int, random: Random) -> int:
    """Which replica a write is sent to."""
    if random.random() < _ELSEWHERE:
        return random.randrange(replicas)
    return turn(moment) % replicas


def turn(moment: float) -> int:
    """The number of the burst, with the calm after it."""
    return int(moment // (BURST + CALM))
