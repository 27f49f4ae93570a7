"""A cache that counts in one step, as django-ratelimit asks it: `add`, and `incr` if it was there.

Between the two another process may count as well, or the key may end. So `add` counts by itself,
atomically, and `incr` only says what that made; a limit costs one round trip instead of three.
"""

from __future__ import annotations

import threading
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

_DAY = 86_400  # seconds, where nobody says how long


class CountsOnce(BaseCache):
    """Keeps counters alone. Whoever adds and whoever increments is one thread."""

    coarse = True  # what is counted at each read as well: it costs a read little

    _made = threading.local()  # (key, count) of this thread's last `add`

    def count(self, key: str, seconds: int) -> int:
        """Count one, and the counter with it; a new one lives this long."""
        raise NotImplementedError

    def add(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        del value  # always 1
        full = self.make_and_validate_key(key, version=version)
        count = self.count(full, _DAY if timeout is None else int(timeout))
        self._made.last = full, count
        return count == 1

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        full = self.make_and_validate_key(key, version=version)
        counted, count = getattr(self._made, "last", ("", 0))
        if counted != full or delta != 1:
            message = f"{key} was not counted just now"
            raise ValueError(message)
        return int(count)
