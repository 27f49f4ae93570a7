"""Counting without waiting: for answers that the event loop gives by itself.

The same counters as `counting.count` asks of django-ratelimit, where they are in this process. What
stays the same for a whole window (which one it is, how its counter is called) is worked out once.
"""

from __future__ import annotations

import time
from typing import Final

from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django_ratelimit import core

from ironclad.rate_limits.counting import COARSE, here
from ironclad.rate_limits.rate import Standing, rate

_MOST: Final = 4096  # counters that are known by name


class NearCounter:
    """Used on the event loop alone."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], tuple[int, str]] = {}
        self._shared: LocMemCache | None = None

    def store(self, policy: str) -> LocMemCache | None:
        """Where such requests are counted; None where that is across the network."""
        if self._shared is None:
            default = caches["default"]
            if isinstance(default, LocMemCache):
                self._shared = default
            elif policy in COARSE and not getattr(default, "coarse", True):
                self._shared = here
        return self._shared

    def count(
        self, store: LocMemCache, *, policy: str, subject: str, who: str, limit: str
    ) -> Standing:
        told = rate(limit)
        value = f"{subject}:{who}"
        now = int(time.time())
        window, key = self._known.get((policy, value, limit), (-1, ""))
        # Either way: a clock that was set back would count on in a window far ahead.
        if not now <= window < now + told.seconds:
            window, key = self._name(policy, value, limit)
        counted = _counted(store, key, told.seconds + core.EXPIRATION_FUDGE)
        return Standing(policy, told, counted, max(1, window - now + 1), subject)

    def _name(self, policy: str, value: str, limit: str) -> tuple[int, str]:
        """As django-ratelimit calls it."""
        window = core._get_window(value, rate(limit).seconds)  # noqa: SLF001
        key = core._make_cache_key(policy, window, limit, value, core.ALL)  # noqa: SLF001
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[policy, value, limit] = window, key
        return window, key


def _counted(store: LocMemCache, key: str, seconds: int) -> int:
    try:
        return store.incr(key)
    except ValueError:  # the first of its window, or it was pushed out
        store.add(key, 0, seconds)
        return store.incr(key)
