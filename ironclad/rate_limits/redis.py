"""Counters in the Redis that replicas share."""

from __future__ import annotations

from ironclad.rate_limits.once import CountsOnce
from ironclad.shared_cache import SharedCache, guarded


class CountsInRedis(CountsOnce, SharedCache):
    """Raises RedisError, or CircuitOpen while nobody asks."""

    @guarded
    def count(self, key: str, seconds: int) -> int:
        """One transaction, so that no counter stays without its end; no script needs a right."""
        steps = self._cache.get_client(key, write=True).pipeline(transaction=True)
        steps.set(key, 0, ex=seconds, nx=True)
        steps.incr(key)
        return int(steps.execute()[1])
