"""A simulated service with a read cache on several replicas, which can be built wrongly.

It runs on a clock of its own, from a seed: the same record each time.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from random import Random

from tests.load.consistent import bursts, model
from tests.load.consistent.record import (
    Answer,
    Page,
    Query,
    Record,
    Version,
    name_of,
)

LEASE = 0.25
PING = 0.08
QUERIES = (Query(limit=100), Query(search="amber"), Query(ordering="-name", limit=3))
_USERS = 8
_WORDS = ("amber", "birch")


@dataclass
class Entry:
    page: Page
    commits: int  # how many the state has seen


@dataclass
class Replica:
    kept: dict[Query, Entry] = field(default_factory=dict)
    generation: int = 0
    pinged: float = 0.0
    cut: bool = False

    def changed(self) -> None:
        self.generation += 1
        self.kept.clear()


class World:
    """`bug` names what is built wrongly; without one it keeps every promise."""

    def __init__(self, *, replicas: int, bug: str = "", seed: int = 1) -> None:
        self.record = Record(users={f"u{n:03}": [] for n in range(_USERS)})
        self._bug = bug
        self._random = Random(seed)
        self._replicas = [Replica() for _ in range(replicas)]
        self._state: dict[str, Version] = {}
        self._commits = 0
        self._seen_by: dict[int, int] = {}  # a write, and how many commits it makes
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self.now = 0.0
        self.hits = 0

    def run(self, seconds: float) -> Record:
        for _ in range(3):
            self._later(0, self._write)
        for _ in range(5):
            self._later(0, self._read)
        for replica in self._replicas:
            self._later(0, partial(self._ping, replica))
            self._later(1, partial(self._cut, replica))
        while self._due[0][0] < seconds:
            self.now, _, act = heapq.heappop(self._due)
            act()
        return self.record

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        delay = seconds * (0.5 + self._random.random())
        heapq.heappush(self._due, (self.now + delay, next(self._order), act))

    # -- the listener -----------------------------------------------------------------

    def _ping(self, replica: Replica) -> None:
        if not replica.cut:
            replica.pinged = self.now
        heapq.heappush(
            self._due,
            (self.now + PING, next(self._order), lambda: self._ping(replica)),
        )

    def _cut(self, replica: Replica) -> None:
        replica.cut = not replica.cut
        if not replica.cut:
            if self._bug != "keeps all when connected again":
                replica.changed()
            replica.pinged = self.now
        self._later(1, lambda: self._cut(replica))

    def _hear(self, replica: Replica, *, lost: bool) -> None:
        if not lost and self._bug != "never invalidated":
            replica.changed()

    # -- writers ----------------------------------------------------------------------

    def _write(self) -> None:
        wait = bursts.calm(self.now)
        if wait:
            self._later(2 * wait, self._write)
            return
        idle = [
            user
            for user, versions in self.record.users.items()
            if not versions or versions[-1].acked <= self.now
        ]
        user = self._random.choice(idle)
        at = bursts.place(self.now, len(self._replicas), self._random)
        versions = self.record.users[user]
        version = Version(user, len(versions), self.now, at)
        there = versions and not versions[-1].deletes
        version.deletes = bool(there) and self._random.random() < 0.3
        if not version.deletes:
            name = name_of(self._random.choice(_WORDS), user, version.number)
            version.row = (int(user[1:]) + 1, name, f"{user}@example.com", "", "")
        versions.append(version)
        self._later(0.003, lambda: self._commit(version))

    def _commit(self, version: Version) -> None:
        self._state[version.user] = version
        self._commits += 1
        self._seen_by[id(version)] = self._commits
        for replica in self._replicas:
            self._later(
                0.004,
                partial(self._hear, replica, lost=replica.cut),
            )
        self._later(0.002, lambda: self._acknowledge(version))

    def _acknowledge(self, version: Version) -> None:
        if self._bug not in {"never invalidated", "own writes come by the listener"}:
            self._replicas[version.replica].changed()
        version.acked = version.taken = self.now + 0.0001
        version.version = str(self._seen_by[id(version)])
        self._later(0.02, self._write)
        # who wrote looks at once, there and elsewhere
        self._later(0.0005, lambda: self._read(again=False, at=version.replica))
        self._later(0.0005, lambda: self._read(again=False, named=version))

    # -- readers ----------------------------------------------------------------------

    def _read(
        self, *, again: bool = True, at: int = -1, named: Version | None = None
    ) -> None:
        at = at if at >= 0 else self._random.randrange(len(self._replicas))
        query, began = self._random.choice(QUERIES), self.now
        self._later(0.0005, lambda: self._look_up(at, query, began, named))
        if again:
            self._later(0.01, self._read)

    def _look_up(
        self, at: int, query: Query, began: float, named: Version | None
    ) -> None:
        replica = self._replicas[at]
        entry = replica.kept.get(query)
        leased = self._leased(replica)
        if entry and named and self._bug != "version ignored":
            leased = leased and entry.commits >= self._seen_by[id(named)]
        if entry and leased:
            self.hits += 1
            self._later(
                0.0005, lambda: self._answer(at, query, began, entry.page, named)
            )
            return
        generation = replica.generation
        self._later(
            0.003, lambda: self._ask_database(at, query, began, named, generation)
        )

    def _leased(self, replica: Replica) -> bool:
        return self.now - replica.pinged < LEASE or self._bug == "lease ignored"

    def _ask_database(
        self, at: int, query: Query, began: float, named: Version | None, then: int
    ) -> None:
        page, commits = model.page(self._state.values(), query), self._commits

        def fill() -> None:
            whole = page
            if self._bug == "total counted later":
                total = model.page(self._state.values(), query).total
                whole = Page(page.rows, total, page.more, page.less)
            replica = self._replicas[at]
            unchanged = replica.generation == then or self._bug == "late fills are kept"
            if unchanged and self._leased(replica):
                replica.kept[query] = Entry(whole, commits)
            self._answer(at, query, began, whole, named)

        self._later(0.005, fill)

    def _answer(
        self, at: int, query: Query, began: float, page: Page, named: Version | None
    ) -> None:
        ended = self.now + 0.0001
        self.record.answers.append(Answer(at, began, ended, query, page, named))
