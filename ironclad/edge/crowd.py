"""How many connections may speak HTTP at once, in all and from one address. Pure.

A connection that waits (for its first request, for the rest of one, for the next one) costs its
client nothing. So those that wait are bounded, and the longest waiting one makes room: whoever
comes is served, however many others hold on. One that is being answered is never cut.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Protocol


class Speaker(Protocol):
    address: str

    def cut(self) -> None:
        """End the connection at once."""


class Crowd:
    """`closed` is told why each one had to go: "address" or "total"."""

    def __init__(
        self,
        most: int,
        *,
        most_waiting: int | None,
        closed: Callable[[str], object] = lambda _why: None,
    ) -> None:
        self.most = most
        self.most_waiting = most_waiting  # of one address; None: proxies are in front
        self._closed = closed
        self._all: set[Speaker] = set()
        # Dictionaries, for their order: the longest waiting first.
        self._unfinished: dict[Speaker, None] = {}
        self._idle: dict[Speaker, None] = {}
        self._of: defaultdict[str, dict[Speaker, None]] = defaultdict(dict)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Speaker]:
        return iter(list(self._all))

    def enter(self, speaker: Speaker) -> bool:
        """A new one, which has asked nothing yet; False where nobody can make room for it."""
        self._all.add(speaker)
        if len(self._all) > self.most and not self._make_room():
            self._closed("total")
            self.leave(speaker)
            return False
        self.waits(speaker, idle=False)
        return True

    def waits(self, speaker: Speaker, *, idle: bool) -> None:
        """It is between two requests (`idle`), or within one that has not arrived whole."""
        if speaker not in self._all:
            return
        self._forget(speaker)
        (self._idle if idle else self._unfinished)[speaker] = None
        mine = self._of[speaker.address]
        mine[speaker] = None
        if self.most_waiting is not None and len(mine) > self.most_waiting:
            self._cut(next(iter(mine)), "address")

    def works(self, speaker: Speaker) -> None:
        """Its request is whole, and is being answered."""
        self._forget(speaker)

    def leave(self, speaker: Speaker) -> None:
        self._forget(speaker)
        self._all.discard(speaker)

    def _make_room(self) -> bool:
        # One that was answered before is more likely somebody's than one that never asked.
        for waiting in (self._unfinished, self._idle):
            if waiting:
                self._cut(next(iter(waiting)), "total")
                return True
        return False

    def _cut(self, speaker: Speaker, why: str) -> None:
        self.leave(speaker)
        self._closed(why)
        speaker.cut()

    def _forget(self, speaker: Speaker) -> None:
        self._unfinished.pop(speaker, None)
        self._idle.pop(speaker, None)
        mine = self._of.get(speaker.address)
        if mine is not None:
            mine.pop(speaker, None)
            if not mine:
                del self._of[speaker.address]
