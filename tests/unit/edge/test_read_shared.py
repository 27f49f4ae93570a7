"""What one replica keeps for another, and when the other takes it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest
from django.test import override_settings
from redis import RedisError

from ironclad.clock import clock
from ironclad.database.changes import Heard
from ironclad.edge.read_letters import Letters
from ironclad.edge.read_shared import PATIENCE, Shared
from ironclad.observability.metrics import cache_shared_requests_total
from tests.clock import FakeClock

from .read_stage import Stage

LETTERS = Letters("a secret", "1.0.0")
KEY = ("strangers", "/api/users", b"")
BEGAN = Heard("one", "10:10:")


class Place:
    """`lost` has it raise `error`; `held` keeps its answers back."""

    def __init__(self) -> None:
        self.letters: dict[str, bytes] = {}
        self.lost = False
        self.error: Exception = RedisError()
        self.held: threading.Event | None = None
        self.asked = 0

    def fetch(self, name: str) -> bytes | None:
        self.asked += 1
        if self.held is not None:
            self.held.wait(5)
        if self.lost:
            raise self.error
        return self.letters.get(name)

    def put(self, name: str, told: bytes, seconds: int) -> None:  # noqa: ARG002
        if self.lost:
            raise self.error
        self.letters[name] = told


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def replicas(place: Place) -> Iterator[tuple[Stage, Stage]]:
    with override_settings(PUBLIC_API=True, DEGRADED_AGE=600):
        made = [Stage(Shared(place, LETTERS, clock)) for _ in range(2)]
        for replica in made:
            replica.changes.heard = BEGAN
        yield made[0], made[1]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - a thread tells it
            await asyncio.sleep(0.001)


def count(result: str) -> float:
    return float(cache_shared_requests_total.labels(result)._value.get())


async def filled(replicas: tuple[Stage, Stage], place: Place) -> Stage:
    """The other replica, after the first has kept an answer."""
    assert await replicas[0].seen() == (1, "miss")
    await until(lambda: bool(place.letters))  # nobody waits for that
    replicas[1].django.asked = 10  # answers otherwise
    return replicas[1]


async def test_another_replica_need_not_ask_django(
    replicas: tuple[Stage, Stage], place: Place
) -> None:
    other, hits = await filled(replicas, place), count("hit")
    answer = await other.get()
    assert (answer.json["data"], answer.headers["x-cache"]) == (1, "hit")
    assert answer.json["meta"]["requestId"] == answer.headers["x-request-id"]
    assert answer.headers["etag"] == 'W/"1"'
    assert other.readers.counted == 1
    assert await other.seen() == (1, "hit")
    assert (place.asked, count("hit")) == (2, hits + 1)


async def test_it_takes_no_state_without_a_change_that_it_has_heard_of(
    replicas: tuple[Stage, Stage], place: Place
) -> None:
    other, old = await filled(replicas, place), count("old")
    other.changes.changed(10)
    assert await other.seen() == (11, "miss")
    assert count("old") == old + 1


async def test_a_change_that_the_state_has_is_no_hindrance(
    replicas: tuple[Stage, Stage], place: Place
) -> None:
    other = await filled(replicas, place)
    other.changes.changed(9)
    assert await other.seen() == (1, "hit")


async def test_it_takes_no_state_of_before_it_listened(
    replicas: tuple[Stage, Stage], place: Place
) -> None:
    other = await filled(replicas, place)
    other.changes.heard = Heard("one", "12:12:")
    assert await other.seen() == (11, "miss")


async def test_it_takes_nothing_of_another_history_of_the_database(
    replicas: tuple[Stage, Stage], place: Place
) -> None:
    other = await filled(replicas, place)
    other.changes.heard = Heard("two", "10:10:")
    assert await other.seen() == (11, "miss")


async def test_it_does_not_ask_while_it_cannot_judge(
    replicas: tuple[Stage, Stage], place: Place
) -> None:
    other = await filled(replicas, place)
    other.changes.heard = None
    assert await other.seen() == (11, "miss")
    assert (place.asked, len(place.letters)) == (1, 1)


async def test_a_change_heard_meanwhile_counts(
    replicas: tuple[Stage, Stage], place: Place
) -> None:
    other = await filled(replicas, place)
    place.held = threading.Event()
    asking = asyncio.create_task(other.seen())
    await until(lambda: place.asked == 2)
    other.changes.changed(10)
    place.held.set()
    assert await asking == (11, "miss")


async def test_a_client_s_own_write_is_in_what_it_is_told(
    replicas: tuple[Stage, Stage], place: Place
) -> None:
    other = await filled(replicas, place)
    assert await other.seen(x_ironclad_version="10") == (11, "miss")


@pytest.mark.parametrize("changed", [0, 40, -1])
async def test_what_somebody_else_wrote_there_is_nothing(
    replicas: tuple[Stage, Stage], place: Place, changed: int
) -> None:
    other = await filled(replicas, place)
    for name, letter in place.letters.items():
        forged = bytearray(letter)
        forged[changed] ^= 1
        place.letters[name] = bytes(forged)
    assert await other.seen() == (11, "miss")


async def test_no_answer_is_taken_for_another(
    replicas: tuple[Stage, Stage], place: Place
) -> None:
    other = await filled(replicas, place)
    (letter,) = place.letters.values()
    place.letters[LETTERS.name(("strangers", "/api/users/7", b""), "one")] = letter
    assert await other.seen("/api/users/7") == (11, "miss")


@pytest.mark.parametrize("error", [RedisError(), ValueError("of its library")])
async def test_without_it_django_answers(
    replicas: tuple[Stage, Stage], place: Place, error: Exception
) -> None:
    place.lost, place.error, away = True, error, count("away")
    assert await replicas[0].seen() == (1, "miss")
    assert await replicas[0].seen() == (1, "hit")
    assert count("away") == away + 1


async def test_one_that_hangs_is_waited_for_once(place: Place) -> None:
    place.held, time = threading.Event(), FakeClock()
    shared = Shared(place, LETTERS, time)
    changes = Stage().changes
    changes.heard = BEGAN
    try:
        began = clock.monotonic()
        assert await shared.find(KEY, changes) is None
        assert await shared.find(KEY, changes) is None
        assert clock.monotonic() - began < 20 * PATIENCE
        assert place.asked == 1
        time.advance(1.1)
        assert await shared.find(KEY, changes) is None
    finally:
        place.held.set()
    await until(lambda: place.asked == 2 and not shared._waiting)
