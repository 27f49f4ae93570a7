"""The second level: answers that replicas keep for one another. Losing it costs speed alone.

Never asked on the event loop; who asks waits for `PATIENCE` at most, and after one that was late
nobody asks for `PAUSE`. An answer of another replica is taken only where the state it tells of holds
all that this one has heard of, and all that was before it began to listen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Protocol, TypeVar

import structlog
from redis import RedisError

from ironclad.clock import Clock
from ironclad.edge.read_letters import Letters
from ironclad.edge.read_store import Entry, Key
from ironclad.edge.snapshots import Snapshot, parse
from ironclad.errors import CircuitOpen
from ironclad.observability.metrics import cache_shared_requests_total

T = TypeVar("T")

PATIENCE = 0.05  # seconds: Django has answered in less
PAUSE = 1.0  # seconds
SECONDS = 60  # that an answer lies there
_LARGEST = 64 * 1024  # bytes of one answer: the limits' counters lie there too
_THREADS = 4
_MOST_WAITING = 16  # for a thread; more would only come late
_LOST = (RedisError, CircuitOpen, OSError)  # the breaker and the metrics tell of that

logger = structlog.get_logger(__name__)


class Heard(Protocol):
    """What an answer must hold."""

    @property
    def history(self) -> str: ...
    @property
    def baseline(self) -> str: ...
    @property
    def versions(self) -> frozenset[int]: ...


class Changes(Protocol):
    """What is known of changes of the data."""

    @property
    def generation(self) -> Hashable: ...
    @property
    def heard(self) -> Heard | None:
        """None while it is not known."""


class Place(Protocol):
    """Where the answers lie. Its operations block."""

    def fetch(self, name: str) -> bytes | None: ...
    def put(self, name: str, told: bytes, seconds: int) -> None: ...


def holds(snapshot: Snapshot, heard: Heard) -> bool:
    """Whether that state has every change that must be in it."""
    baseline = parse(heard.baseline)
    if baseline is None or not snapshot.covers(baseline):
        return False
    return all(snapshot.sees(version) for version in heard.versions)


class Shared:
    def __init__(self, place: Place, letters: Letters, clock: Clock) -> None:
        self._place = place
        self._letters = letters
        self._clock = clock
        self._threads = ThreadPoolExecutor(_THREADS, "ironclad-shared-reads")
        self._waiting = 0
        self._again = float("-inf")  # monotonic

    async def find(self, key: Key, changes: Changes) -> Entry | None:
        """What another replica has kept and this one may tell, as of now."""
        before = changes.heard
        if before is None or self._busy:
            return None
        result, found = await self._ask(self._letters.name(key, before.history))
        # First this: what is heard from now on ends what is kept under it.
        generation, heard = changes.generation, changes.heard
        if found is not None and found.snapshot is not None:
            good = heard is not None and heard.history == before.history
            good = good and holds(found.snapshot, heard or before)
            result = "hit" if good else "old"
        cache_shared_requests_total.labels(result).inc()
        if found is None or result != "hit":
            return None
        return replace(found, generation=generation)

    async def _ask(self, name: str) -> tuple[str, Entry | None]:
        asked = self._run(self._fetch, name)
        try:
            return "miss", await asyncio.wait_for(asyncio.shield(asked), PATIENCE)
        except TimeoutError:
            self._again = self._clock.monotonic() + PAUSE
            asked.add_done_callback(_heed)
        except Exception as error:  # noqa: BLE001 - whichever the store's library raises
            if not isinstance(error, _LOST):
                logger.warning("shared_read_failed", reason=type(error).__name__)
        return "away", None

    def keep(self, key: Key, entry: Entry, heard: Heard) -> None:
        """For the others. `heard` is of before it was read; nobody waits for it."""
        if entry.snapshot is None or entry.size > _LARGEST or self._busy:
            return
        name = self._letters.name(key, heard.history)
        self._run(self._put, name, entry).add_done_callback(_heed)

    @property
    def _busy(self) -> bool:
        late = self._clock.monotonic() < self._again
        return late or self._waiting >= _MOST_WAITING

    def _run(self, call: Callable[..., T], *arguments: object) -> asyncio.Future[T]:
        self._waiting += 1
        loop = asyncio.get_running_loop()
        asked = loop.run_in_executor(self._threads, call, *arguments)
        asked.add_done_callback(self._done)
        return asked

    def _done(self, _asked: object) -> None:
        self._waiting -= 1

    # -- in a thread --------------------------------------------------------------------------

    def _fetch(self, name: str) -> Entry | None:
        letter = self._place.fetch(name)
        return None if letter is None else self._letters.read(name, letter)

    def _put(self, name: str, entry: Entry) -> None:
        self._place.put(name, self._letters.write(name, entry), SECONDS)


def _heed(asked: asyncio.Future[Any]) -> None:
    """That it failed is no news: the breaker and the metrics tell of that."""
    if not asked.cancelled():
        asked.exception()
