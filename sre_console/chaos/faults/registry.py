"""What a fault is, and the list of those that exist."""

from __future__ import annotations

import math
from dataclasses import dataclass


class Refused(ValueError):  # noqa: N818 - read as a sentence
    """The value is not one this field takes; the message tells a client why."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """One number of a fault plan: its name in JSON, in `FaultSpec`, and its limits."""

    name: str
    attribute: str
    most: float
    default: float = 0.0
    whole: bool = False

    def read(self, value: object) -> float:
        """The value within its bounds; whole fields come back as an int.

        Raises Refused. A bool is not a number, and neither is text that looks like one.
        """
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused(self.expectation)
        if isinstance(value, float) and not math.isfinite(value):
            raise Refused(self.expectation)
        if not 0 <= value <= self.most or (self.whole and value != int(value)):
            raise Refused(self.expectation)
        # a share is kept in parts per million, which is what pacing counts in
        return int(value) if self.whole else round(float(value), 6) + 0.0

    @property
    def expectation(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        return f"{self.name} must be {kind} from 0 to {self.most:g}."


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault. It is off while the field named by `switch` is 0."""

    id: str
    description: str
    switch: str  # attribute of FaultSpec
    bounds: tuple[Bounds, ...]


_known: dict[str, Fault] = {}


def register(fault: Fault) -> Fault:
    if fault.id in _known:
        message = f"two faults are called {fault.id!r}"
        raise ValueError(message)
    _known[fault.id] = fault
    return fault


def known() -> tuple[Fault, ...]:
    return tuple(_known[key] for key in sorted(_known))
