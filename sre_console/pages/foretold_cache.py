"""Forecasts that the library shows: made once for a while, for each takes a fraction of a second."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import Any

from ironclad.clock import Clock, clock

_KEPT = 60.0  # seconds: the traffic and the past that it starts from move on
_MOST = 256  # scenarios

Json = dict[str, Any]


class ForetoldCache:
    """By the text of a scenario. Safe to use from any thread."""

    def __init__(self, make: Callable[[str], Json], *, by: Clock = clock) -> None:
        """`make` gives the forecast of the scenario with this name."""
        self._make = make
        self._clock = by
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, Json]] = {}

    def known(self, name: str, source: str) -> Json | None:
        """What was made not long ago; None: it has to be made."""
        with self._lock:
            at, found = self._kept.get(_key(name, source), (0.0, None))
        if found is None or self._clock.monotonic() - at > _KEPT:
            return None
        return found

    def of(self, name: str, source: str) -> Json:
        found = self.known(name, source)
        if found is None:
            found = self._make(name)
            with self._lock:
                if len(self._kept) >= _MOST:
                    self._kept.clear()
                self._kept[_key(name, source)] = (self._clock.monotonic(), found)
        return found


def _key(name: str, source: str) -> str:
    return f"{name} {hashlib.sha256(source.encode()).hexdigest()}"
