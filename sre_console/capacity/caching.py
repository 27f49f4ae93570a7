"""The read cache's figures, from this process's collectors; None while there is no cache.

By name, and only these collectors: whoever owns the cache declares them, and a process that has
none tells nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import REGISTRY

RESULTS = ("hit", "miss", "bypass")
_REQUESTS = "cache_requests_total"
_ENTRIES, _BYTES, _FRESH = "cache_entries", "cache_bytes", "cache_listener_fresh"
_NAMES = (_REQUESTS, _ENTRIES, _BYTES, _FRESH)


@dataclass(frozen=True, slots=True)
class CacheCounts:
    results: tuple[float, float, float]  # RESULTS, since the start
    entries: float | None
    bytes: float | None
    fresh: bool | None  # whether changes are heard of, so that entries may be served

    def told(self) -> dict[str, object]:
        return {
            "entries": None if self.entries is None else int(self.entries),
            "bytes": None if self.bytes is None else int(self.bytes),
        }

    def rates(self, earlier: CacheCounts, seconds: float) -> dict[str, object]:
        """By result, a second."""
        pairs = zip(RESULTS, self.results, earlier.results, strict=True)
        return {name: round((now - then) / seconds, 2) for name, now, then in pairs}


def cache_counts() -> CacheCounts | None:
    found: dict[tuple[str, str], float] = {}
    for family in REGISTRY.restricted_registry(_NAMES).collect():
        for sample in family.samples:
            found[sample.name, sample.labels.get("result", "")] = sample.value
    if not any(name == _REQUESTS for name, _result in found):
        return None
    fresh = found.get((_FRESH, ""))
    return CacheCounts(
        results=(
            found.get((_REQUESTS, "hit"), 0.0),
            found.get((_REQUESTS, "miss"), 0.0),
            found.get((_REQUESTS, "bypass"), 0.0),
        ),
        entries=found.get((_ENTRIES, "")),
        bytes=found.get((_BYTES, "")),
        fresh=None if fresh is None else fresh > 0,
    )
