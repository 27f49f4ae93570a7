"""What waits for one place is told one by one, whatever becomes of the thread."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import pytest

from sre_console.incidents.outbox import CLAIMED, Message, Outcome
from sre_console.live import line as lines
from sre_console.live.line import HUNG, LONGEST, Line
from sre_console.live.messenger import EACH
from tests.integration.outbound.servers import until


class Place:
    """Told in the line's thread: each waits for a permit, or does what is prepared."""

    def __init__(self) -> None:
        self.done: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self.permits = threading.Semaphore(0)
        self.begun: list[int] = []
        self.line = Line(self._tell, self.done.put)

    def _tell(self, message: Message) -> Outcome:
        self.begun.append(message.pk)
        self.permits.acquire()
        if message.kind == "dies":
            raise SystemExit
        if message.kind == "fails":
            raise ZeroDivisionError
        return Outcome(message)

    def add(self, *numbers: int, kind: str = "opened") -> None:
        place = "sre@example.org"
        self.line.add([Message(n, 1, "email", place, kind, {}) for n in numbers])
        self.line.look()

    def outcome(self) -> tuple[int, str]:
        outcome = self.done.get(timeout=5)
        return outcome.message.pk, outcome.problem


@pytest.fixture
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.permits.release(99)
    until(lambda: "ironclad-messenger" not in threads())


@pytest.fixture
def at_once_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST", 0.0)


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate()]


def test_one_is_told_at_a_time_in_order(place: Place) -> None:
    place.add(1, 2)
    place.add(3)
    until(lambda: place.begun == [1])
    assert threads().count("ironclad-messenger") == 1
    place.permits.release(3)
    assert [place.outcome() for _ in range(3)] == [(1, ""), (2, ""), (3, "")]


def test_its_thread_ends_when_nothing_waits_and_another_begins(place: Place) -> None:
    place.permits.release(2)
    place.add(1)
    until(lambda: "ironclad-messenger" not in threads())
    place.add(2)
    assert [place.outcome(), place.outcome()] == [(1, ""), (2, "")]


def test_a_failure_of_ours_is_an_outcome_too(place: Place) -> None:
    place.permits.release(2)
    place.add(1, kind="fails")
    place.add(2)
    told = [place.outcome(), place.outcome()]
    assert told == [(1, "ZeroDivisionError in Ironclad."), (2, "")]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_is_replaced(place: Place) -> None:
    place.permits.release(2)
    place.add(1, kind="dies")
    until(lambda: "ironclad-messenger" not in threads())
    place.add(2)
    assert place.outcome() == (1, "Its thread has died.")
    assert place.outcome() == (2, "")


def test_a_thread_that_hangs_is_replaced_and_its_word_does_not_count(
    place: Place, at_once_late: None
) -> None:
    place.add(1, 2)
    until(lambda: place.begun == [1])
    place.line.look()
    assert place.outcome() == (1, "It did not come to an end.")
    until(lambda: place.begun == [1, 2])
    place.permits.release(2)  # the first comes back as well
    assert place.outcome() == (2, "")
    assert place.done.empty()


def test_a_place_that_keeps_hanging_takes_no_more_threads(
    place: Place, at_once_late: None
) -> None:
    for number in range(HUNG):
        place.add(number)
        until(lambda number=number: place.begun[-1:] == [number])  # type: ignore[misc]
        place.line.look()
        assert place.outcome() == (number, "It did not come to an end.")
    place.add(9)
    assert place.outcome() == (9, "Attempts before it have not ended yet.")
    assert threads().count("ironclad-messenger") == HUNG
    place.permits.release(HUNG)
    until(lambda: "ironclad-messenger" not in threads())
    place.permits.release()
    place.add(10)
    assert place.outcome() == (10, "")


def test_the_last_of_a_line_is_told_while_it_is_ours() -> None:
    assert EACH * LONGEST < CLAIMED
