"""What to scale, from how full the resources are. Pure; the order is that of importance.

The rules, each with the thresholds of `saturation`:

* A process that needs a core, on a machine with an idle one: one process more there.
* A process that needs a core, on a machine that is busy: replicas on another machine.
* A busy machine whose processes are not: something else uses it, as a rule the database.
* A pool or slots that are taken while the CPU is not: requests wait for the database. More
  connections help only where it has some left; else it is the database that has to grow.
* A late event loop in a process that has CPU to spare: something holds it up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args
from uuid import UUID

from sre_console.capacity.saturation import Resource, Saturation, worst
from sre_console.capacity.told import Used

Code: TypeAlias = Literal[
    "processes", "replicas", "machine", "database", "connections", "pool", "slots",
    "loop", "consoles", "memory", "past_knee", "cache_off", "cache_deaf", "unmeasured",
]  # fmt: skip
CODES: tuple[Code, ...] = get_args(Code)
_MOST_OF_KNEE = 0.8  # from there on nothing is left for a spike


@dataclass(frozen=True, slots=True)
class Advice:
    code: Code
    grave: bool  # it is full, not only near
    replica: UUID | None = None  # where it is worst; None: everywhere


@dataclass(frozen=True, slots=True)
class Situation:
    replicas: Sequence[Used]
    saturations: Sequence[Saturation]
    knee_share: (
        float | None
    )  # of the measured knee, that is used now; None: none measured
    cache_off: bool  # an operator has switched it off


def advise(now: Situation) -> list[Advice]:
    """Grave ones first; empty: nothing needs to grow."""
    given = [
        *_knee(now), *_cpu(now), *_database(now), *_loop(now), *_bounds(now), *_cache(now),
    ]  # fmt: skip
    if now.knee_share is None:
        given.append(Advice("unmeasured", grave=False))
    return sorted(given, key=lambda each: not each.grave)


def _knee(now: Situation) -> list[Advice]:
    if now.knee_share is None or now.knee_share < _MOST_OF_KNEE:
        return []
    return [Advice("past_knee", grave=now.knee_share >= 1)]


def _cpu(now: Situation) -> list[Advice]:
    cpu, machine = _pressed(now, "cpu"), _pressed(now, "machine")
    given = []
    if cpu is not None:
        there = next(each for each in now.replicas if each.replica == cpu.replica)
        busy = any(
            each.resource == "machine" and each.replica == cpu.replica and each.state != "ok"
            for each in now.saturations
        )  # fmt: skip
        code: Code = (
            "replicas" if busy or (there.cores or 0) <= there.processes else "processes"
        )
        given.append(Advice(code, cpu.state == "full", cpu.replica))
    if machine is None:
        return given
    full = machine.state == "full"
    # Beside a process that needs a core only a full one is told: it may be the same machine.
    if cpu is None or (full and machine.replica != cpu.replica):
        given.append(Advice("machine", full, machine.replica))
    return given


def _database(now: Situation) -> list[Advice]:
    connections = _pressed(now, "connections")
    given = []
    if connections is not None:
        given.append(Advice("connections", connections.state == "full"))
    if _pressed(now, "cpu") is not None:
        return given  # requests stay inside for longer because there is no CPU for them
    pool, slots = _pressed(now, "pool"), _pressed(now, "slots")
    if pool is not None:
        code: Code = "pool" if connections is None else "database"
        given.append(Advice(code, pool.state == "full", pool.replica))
    elif slots is not None:
        given.append(Advice("slots", slots.state == "full", slots.replica))
    return given


def _loop(now: Situation) -> list[Advice]:
    loop = _pressed(now, "loop")
    if loop is None or _pressed(now, "cpu") or _pressed(now, "machine"):
        return []
    return [Advice("loop", loop.state == "full", loop.replica)]


def _bounds(now: Situation) -> list[Advice]:
    given = []
    codes: tuple[Literal["consoles", "memory"], ...] = ("consoles", "memory")
    for code in codes:
        found = _pressed(now, code)
        if found is not None:
            given.append(Advice(code, found.state == "full", found.replica))
    return given


def _cache(now: Situation) -> list[Advice]:
    if now.cache_off:
        return [Advice("cache_off", grave=False)]
    deaf = [e.replica for e in now.replicas if e.cache and e.cache.fresh is False]
    return [Advice("cache_deaf", grave=False, replica=deaf[0])] if deaf else []


def _pressed(now: Situation, resource: Resource) -> Saturation | None:
    """The replica for which it is worst, if it is near its limit there."""
    found = worst(now.saturations, resource)
    return found if found is not None and found.state != "ok" else None
