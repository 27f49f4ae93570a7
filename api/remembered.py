"""Whose tokens were let in a moment ago, so that the edge can answer them without asking again.

Kept by a digest, for half a minute at most, until the token ends, and no longer than until any row of
tokens, people or groups changes: this replica hears of that as it hears of the users.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Protocol

from api.caller import Caller
from ironclad.clock import clock
from sre_console.accounts.tokens import Identity
from sre_console.accounts.tokens_seen import sightings

KEPT = 30.0  # seconds
_MOST = 2000  # tokens
_SEEN_EVERY = 5.0  # seconds between two sightings of one token
_LONGEST = 512  # characters, as where they are read otherwise


class People(Protocol):
    """What is known of changes of tokens, people and groups."""

    @property
    def people(self) -> Hashable: ...
    @property
    def current(self) -> bool: ...


@dataclass(slots=True)
class Known:
    caller: Caller
    token_id: int | None
    expires: float | None  # epoch
    until: float  # monotonic
    seen: float = 0.0  # monotonic

    def sight(self, address: str) -> None:
        """Its use is noted, as where it is let in; not at each of thousands a second."""
        now = clock.monotonic()
        if self.token_id is not None and now - self.seen >= _SEEN_EVERY:
            self.seen = now
            sightings.saw(self.token_id, address)


class Remembered:
    """Threads that serve requests keep; the event loop looks."""

    def __init__(self) -> None:
        self.people: People | None = None  # None: nothing is remembered
        self._lock = Lock()
        self._forgotten = 0
        self._generation: Hashable = None
        self._known: OrderedDict[bytes, Known] = OrderedDict()

    def generation(self) -> Hashable:
        """To be asked before somebody is looked up, and handed to `keep` after."""
        return None if self.people is None else (self.people.people, self._forgotten)

    def keep(
        self, token: str, caller: Caller, identity: Identity, generation: Hashable
    ) -> None:
        if self.people is None:
            return
        expires = identity.expires
        known = Known(
            caller,
            identity.token_id,
            None if expires is None else expires.timestamp(),
            clock.monotonic() + KEPT,
        )
        with self._lock:
            if generation != self._turn():
                return
            self._known[_digest(token.encode())] = known
            while len(self._known) > _MOST:
                self._known.popitem(last=False)

    def find(self, authorization: bytes) -> Known | None:
        """Whoever sent this header, as far as that is sure."""
        if self.people is None or not self.people.current:
            return None
        scheme, _, token = authorization.partition(b" ")
        token = token.strip()
        if scheme.lower() != b"bearer" or not token or len(token) > _LONGEST:
            return None
        with self._lock:
            self._turn()
            known = self._known.get(_digest(token))
        if known is None or clock.monotonic() >= known.until:
            return None
        if known.expires is not None and clock.epoch() >= known.expires:
            return None
        return known

    def forget(self) -> None:
        with self._lock:
            self._forgotten += 1

    def _turn(self) -> Hashable:
        now = self.generation()
        if now != self._generation:
            self._generation = now
            self._known.clear()
        return now


def _digest(token: bytes) -> bytes:
    return sha256(token).digest()


remembered = Remembered()
