"""Whose consoles are open here: bounded for each person and address, and woken when told.

Over a person's bound the oldest goes, not the new one: whoever has left consoles open elsewhere
can still open one in the middle of an incident.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Protocol

from sre_console.accounts.tokens import digest_of
from sre_console.accounts.told import session_topic, user_topic


class Console(Protocol):
    def look_again(self) -> None:
        """Find out at once whether it may still be open."""

    def crowd_out(self) -> None:
        """Make room for another one of the same person."""


class Seats:
    """Used on the event loop alone."""

    def __init__(self, most_of_person: int, most_of_address: int) -> None:
        self._most = most_of_person
        self._most_of_address = most_of_address
        self._by_topic: defaultdict[str, dict[Console, None]] = defaultdict(dict)
        self._addresses: defaultdict[str, int] = defaultdict(int)
        self.told = 0  # topics heard; a console compares it with when it asked

    def admit(self, address: str) -> bool:
        """Whether one more from this address may come in; then `let_go` has to follow."""
        if self._addresses[address] >= self._most_of_address:
            return False
        self._addresses[address] += 1
        return True

    def let_go(self, address: str) -> None:
        self._addresses[address] -= 1
        if not self._addresses[address]:
            del self._addresses[address]

    def sit(self, console: Console, *, user: int, session_key: str) -> None:
        self._by_topic[session_topic(digest_of(session_key))][console] = None
        mine = self._by_topic[user_topic(user)]
        mine[console] = None
        for oldest in list(mine)[: max(0, len(mine) - self._most)]:
            del mine[oldest]
            oldest.crowd_out()

    def rise(self, console: Console, *, user: int, session_key: str) -> None:
        for topic in (session_topic(digest_of(session_key)), user_topic(user)):
            there = self._by_topic.get(topic, {})
            there.pop(console, None)
            if not there:
                self._by_topic.pop(topic, None)

    def hear(self, topic: str) -> None:
        self.told += 1
        for console in list(self._by_topic.get(topic, ())):
            console.look_again()
