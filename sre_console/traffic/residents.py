"""The traffic's own users: a bounded set, recognisable, and never left behind.

Nothing here asks the server for more than the mix does: searches double as the sweep
that finds leftovers of former runs, and write slots delete them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from random import Random

DOMAIN = "traffic.ironclad.example"
CAPACITY = 40  # own users at most
PAGE = 100  # the API's largest page
SWEEP_EVERY = 30.0  # seconds between sweeps once everything is clean
SWEEP_AGAIN = 2.0  # seconds, while there are leftovers


class Residents:
    def __init__(self, run: str, random: Random, *, capacity: int = CAPACITY) -> None:
        self._run = run
        self._random = random
        self._capacity = capacity
        self._own: dict[int, str] = {}
        self._pending: set[str] = set()
        self._leftovers: deque[int] = deque()
        self._queued: set[int] = set()
        self._number = 0
        self._offset = 0
        self._next_sweep = 0.0
        self._refused = False  # the last delete did not work
        self.visible: list[int] = []  # ids seen in the last list, anybody's

    # -- creating ---------------------------------------------------------------
    @property
    def full(self) -> bool:
        return len(self._own) + len(self._pending) >= self._capacity

    def new_email(self) -> str:
        self._number += 1
        email = f"t-{self._run}-{self._number}@{DOMAIN}"
        self._pending.add(email)
        return email

    def created(self, email: str, user: int) -> None:
        self._pending.discard(email)
        self._own[user] = email

    def not_created(self, email: str) -> None:
        """No good answer: it may exist all the same, which the next sweep finds out."""
        self._pending.discard(email)
        self._next_sweep = 0.0

    # -- choosing ---------------------------------------------------------------
    def any_own(self) -> tuple[int, str] | None:
        if not self._own:
            return None
        user = self._random.choice(list(self._own))
        return user, self._own[user]

    def any_visible(self) -> int | None:
        return self._random.choice(self.visible) if self.visible else None

    # -- deleting ---------------------------------------------------------------
    @property
    def untidy(self) -> bool:
        """Leftovers wait, and deleting works: else every write would be a failing one."""
        return bool(self._leftovers) and not self._refused

    def to_delete(self) -> int | None:
        """A leftover first, else one of our own; from here on it is nobody's."""
        if self._leftovers:
            return self._leftovers.popleft()
        own = self.any_own()
        if own is None:
            return None
        user, _ = own
        del self._own[user]
        self._queued.add(user)
        return user

    def deleted(self, user: int) -> None:
        self._refused = False
        self._queued.discard(user)

    def not_deleted(self, user: int) -> None:
        """The server could not (a fault): tried again later."""
        self._refused = True
        self._queued.add(user)
        self._leftovers.append(user)

    # -- sweeping ---------------------------------------------------------------
    def sweep(self, now: float) -> int | None:
        """The offset of the page to look at, or None while nothing is to be swept."""
        return self._offset if now >= self._next_sweep else None

    def swept(
        self, now: float, items: Iterable[Mapping[str, object]], total: int
    ) -> None:
        """One page of a search for our domain, ordered by id: oldest first."""
        found = False
        for item in items:
            user, email = item.get("id"), str(item.get("email"))
            if not isinstance(user, int) or not email.endswith(f"@{DOMAIN}"):
                continue
            if user in self._own or user in self._queued or email in self._pending:
                continue
            self._queued.add(user)
            self._leftovers.append(user)
            found = True
        self._offset += PAGE
        if self._offset >= total:
            # Deletions shift the pages, so a sweep that found something is repeated.
            again = SWEEP_AGAIN if found or self._leftovers else SWEEP_EVERY
            self._offset = 0
            self._next_sweep = now + again
