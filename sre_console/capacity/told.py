"""What one replica has told of what it uses. Another version may tell less, or more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Taken:
    """Places of a bounded resource."""

    in_use: float  # on the average of the last seconds
    limit: float
    waiting: int = 0  # at the worst of them


@dataclass(frozen=True, slots=True)
class Cache:
    """Requests a second by what became of them; None: not known yet."""

    hit: float | None
    miss: float | None
    bypass: float | None
    entries: int | None
    bytes: int | None
    fresh: bool | None  # its listener hears of changes

    @property
    def hit_ratio(self) -> float | None:
        """Of the reads that were looked up in it; None: there was none."""
        if self.hit is None or self.miss is None or self.hit + self.miss <= 0:
            return None
        return self.hit / (self.hit + self.miss)


@dataclass(frozen=True, slots=True)
class Used:
    """By one replica. None: it has not told, or cannot know."""

    replica: UUID
    rate: float | None  # service requests a second
    cpu: float | None  # cores that it keeps busy
    machine: float | None  # share of the machine's cores that are busy, by whomever
    cores: float | None  # that it may use, with its siblings
    processes: int  # that share these cores and this memory, itself included
    memory: int | None  # bytes
    memory_limit: int | None  # of all of them together
    lag: float | None  # seconds, the event loop's p99
    lag_worst: float | None
    slots: Taken | None
    pool: Taken | None
    consoles: Taken | None
    cache: Cache | None


def used_read(replica: UUID, told: object) -> Used:
    fields = told if isinstance(told, Mapping) else {}
    return Used(
        replica=replica,
        rate=_number(fields, "requestsPerSecond"),
        cpu=_number(fields, "cpu"),
        machine=_number(fields, "machine"),
        cores=_number(fields, "cores"),
        processes=_whole(fields, "processes") or 1,
        memory=_whole(fields, "memoryBytes"),
        memory_limit=_whole(fields, "memoryLimitBytes"),
        lag=_number(fields, "loopLagSeconds"),
        lag_worst=_number(fields, "loopLagWorstSeconds"),
        slots=_taken(fields, "slots"),
        pool=_taken(fields, "pool"),
        consoles=_taken(fields, "consoles"),
        cache=_cache(fields.get("cache")),
    )


def _number(fields: Mapping[str, object], name: str) -> float | None:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if isfinite(value) and value >= 0 else None


def _whole(fields: Mapping[str, object], name: str) -> int | None:
    value = _number(fields, name)
    return None if value is None else int(value)


def _taken(fields: Mapping[str, object], name: str) -> Taken | None:
    told = fields.get(name)
    if not isinstance(told, Mapping):
        return None
    in_use, limit = _number(told, "inUse"), _number(told, "limit")
    if in_use is None or not limit:
        return None
    return Taken(in_use, limit, _whole(told, "waiting") or 0)


def _cache(told: object) -> Cache | None:
    if not isinstance(told, Mapping):
        return None
    fresh = told.get("fresh")
    return Cache(
        hit=_number(told, "hit"),
        miss=_number(told, "miss"),
        bypass=_number(told, "bypass"),
        entries=_whole(told, "entries"),
        bytes=_whole(told, "bytes"),
        fresh=fresh if isinstance(fresh, bool) else None,
    )
