"""A rate, and how a client is told of it (pure).

The fields are those of draft-ietf-httpapi-ratelimit-headers-10: lists of RFC 9651, whose items are
the policy's name as a string, with what is told of it as parameters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_RATE = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,5})?([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class Rate:
    most: int  # requests
    seconds: int  # of a window

    @property
    def a_second(self) -> float:
        return self.most / self.seconds


@lru_cache(maxsize=64)
def rate(text: str) -> Rate:
    """`6000/m`, `10/5m`. Raises ValueError."""
    found = _RATE.fullmatch(text)
    if found is None:
        message = f"{text!r} is not a rate"
        raise ValueError(message)
    most, many, unit = found.groups()
    return Rate(int(most), int(many or 1) * _SECONDS[unit])


@dataclass(frozen=True, slots=True)
class Standing:
    """How one caller stands with one limit, this request counted."""

    policy: str  # lower case and hyphens
    rate: Rate
    count: int
    resets: int  # whole seconds until the window has ended for sure, at least 1
    subject: str  # what was counted by

    @property
    def left(self) -> int:
        return max(0, self.rate.most - self.count)

    @property
    def over(self) -> bool:
        return self.count > self.rate.most

    def fields(self) -> dict[str, str]:
        """The header fields of the answer."""
        name = f'"{self.policy}"'
        told = self.rate
        return {
            "RateLimit-Policy": f"{name};q={told.most};w={told.seconds}",
            "RateLimit": f"{name};r={self.left};t={self.resets}",
        }


def tightest(standings: list[Standing]) -> Standing:
    """The one that a client meets first: what is over, else where the least is left."""
    return min(standings, key=lambda one: (not one.over, one.left, -one.resets))
