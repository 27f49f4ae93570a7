"""How long an answer about the SLOs stays true: until the next beat, and no longer than a second.

What this replica's listener hears of counts: the SLOs were judged, or the faults in force have changed.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sre_console.live.runtime import Runtime


class Beats:
    """Used on the event loop; the listener's thread writes what is read here."""

    def __init__(self, parts: Runtime) -> None:
        self._parts = parts
        self._changes = 0

    @property
    def generation(self) -> Hashable:
        parts = self._parts
        # The whole second: what is read elsewhere (Prometheus, the end of a secret) nobody tells of.
        second = int(parts.clock.monotonic())
        heard = parts.listener.beat_heard
        return heard, parts.switchboard.version, self._changes, second

    @property
    def current(self) -> bool:
        return self._parts.listener.ok

    @property
    def heard(self) -> None:
        """Nothing of it is kept for other replicas."""

    def changed(self, version: int | None = None) -> None:
        """Something was changed here that may change what is told of the SLOs."""
        del version
        self._changes += 1
