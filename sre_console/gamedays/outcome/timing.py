"""How long a run took to be noticed, mitigated and over: TTD, TTM and TTR. Pure.

Moments are epoch seconds, durations wall seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

URGENT = ("page", "critical")  # severities that somebody is told of at once


@dataclass(frozen=True, slots=True)
class Began:
    """A step of the run."""

    step: int
    at: float
    ended: float | None = None


@dataclass(frozen=True, slots=True)
class Injected:
    """One version of the fault plan that the run put in force."""

    at: float
    step: int | None
    ended: float | None = None  # None also where the next version only changed it


@dataclass(frozen=True, slots=True)
class Fired:
    """One firing of an alert; `expected`: the scenario raises it on purpose."""

    at: float
    severity: str
    expected: bool
    ended: float | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """An incident of the run that an expected alert belongs to."""

    at: float
    mitigated: float | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """None: it has not come to that."""

    detect: float | None = None  # fault to the first page or incident
    mitigate: float | None = None  # fault to its end, or to the incident's mitigation
    # Fault to the end of the last urgent alert, or of all where none is: tickets lag for long.
    resolve: float | None = None


def step_at(steps: Sequence[Began], at: float) -> Began | None:
    """The step that was under way; None before the first and after the last."""
    begun = [each for each in steps if each.at <= at]
    if not begun:
        return None
    last = max(begun, key=lambda each: (each.at, each.step))  # one may last no time
    return None if last.ended is not None and last.ended <= at else last


def times(
    faults: Sequence[Injected], fired: Iterable[Fired], opened: Iterable[Opened]
) -> Times:
    """Counted from the step whose faults were noticed: steps before it hurt too little."""
    expected, incidents = [each for each in fired if each.expected], list(opened)
    told = [each.at for each in expected if each.severity in URGENT]
    noticed = min([*told, *(each.at for each in incidents)], default=None)
    began = None if noticed is None else _began(faults, noticed)
    if noticed is None or began is None:
        return Times()
    ends = [each.ended for each in faults if each.ended is not None]
    ends += [each.mitigated for each in incidents if each.mitigated is not None]
    over = min((end for end in ends if end >= noticed), default=None)
    urgent = [each for each in expected if each.severity in URGENT]
    cleared = [each.ended for each in urgent or expected]
    known = [end for end in cleared if end is not None]
    return Times(
        detect=noticed - began,
        mitigate=None if over is None else over - began,
        resolve=max(known) - began if known and len(known) == len(cleared) else None,
    )


def _began(faults: Sequence[Injected], noticed: float) -> float | None:
    """When the faults that were noticed came into force: a ramp has a version for each part."""
    before = sorted(
        (each for each in faults if each.at <= noticed), key=lambda one: one.at
    )
    if not before:
        return None
    step = before[-1].step
    return min(each.at for each in before if each.step == step)
