from __future__ import annotations

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from ironclad.database import changes as module
from ironclad.database.changes import LEASE, Changes, ChangesListener, Heard
from tests.clock import FakeClock


class Connection:
    """Answers `pid`, then whether it is `sure`; brings what `arrives` says, once each."""

    def __init__(self, clock: FakeClock, *, pid: int = 7, sure: bool = True) -> None:
        self.info = SimpleNamespace(backend_pid=7)
        self.asked: list[str] = []
        self.arrives: list[list[str]] = []
        self.over = threading.Event()
        self._clock = clock
        self._answers: dict[str, tuple[object, ...]] = {
            "SELECT pg_backend_pid()": (pid,),
            module._ASK: (sure, "1.7 2.7"),
            module._BEGIN: ("one", "10:10:"),
        }

    def execute(self, statement: str) -> Any:
        self.asked.append(statement)
        if statement == module._ASK:
            self._clock.time += 0.1  # what the answer takes
        return SimpleNamespace(fetchone=lambda: self._answers.get(statement))

    def notifies(self, timeout: float) -> Iterator[SimpleNamespace]:
        if timeout > 0:
            self.over.set()  # one turn is enough
        for told in self.arrives.pop(0) if self.arrives else []:
            yield SimpleNamespace(payload=told)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def listened(connection: Connection, clock: FakeClock) -> Changes:
    changes = Changes(clock)
    listener = ChangesListener(changes, clock)
    listener._listen(connection, connection.over)  # type: ignore[arg-type]
    return changes


def test_nothing_may_be_told_before_it_listens(clock: FakeClock) -> None:
    assert not Changes(clock).current


def test_the_lease_runs_from_when_the_question_was_asked(clock: FakeClock) -> None:
    changes = listened(Connection(clock), clock)
    assert changes.current
    clock.time += LEASE - 0.1 - 0.001  # the answer took a tenth
    assert changes.current
    clock.time += 0.002
    assert not changes.current


def test_what_was_kept_before_it_listened_is_dropped(clock: FakeClock) -> None:
    connection = Connection(clock)
    assert listened(connection, clock).generation == 1
    assert connection.asked[1] == 'LISTEN "ironclad_users"'


def test_each_notification_is_a_change(clock: FakeClock) -> None:
    connection = Connection(clock)
    connection.arrives = [["1"], ["2", "3"]]
    assert listened(connection, clock).generation == 4


def test_of_people_it_is_another_one(clock: FakeClock) -> None:
    before = listened(Connection(clock), clock)
    connection = Connection(clock)
    connection.arrives = [["people"], ["7"]]
    after = listened(connection, clock)
    assert after.people == before.people + 1
    assert after.generation == before.generation + 1


def test_without_its_trigger_nothing_may_be_told(clock: FakeClock) -> None:
    assert not listened(Connection(clock, sure=False), clock).current


def test_nor_behind_a_pooler_which_may_swallow_notifications(clock: FakeClock) -> None:
    assert not listened(Connection(clock, pid=8), clock).current


def test_what_was_kept_before_the_trigger_was_back_is_dropped(clock: FakeClock) -> None:
    connection = Connection(clock, sure=False)
    changes = listened(connection, clock)
    before = changes.generation
    connection._answers[module._ASK] = (True, "1.7 2.7")
    connection.over.clear()
    ChangesListener(changes, clock)._listen(connection, connection.over)  # type: ignore[arg-type]
    assert changes.generation > before


def test_what_names_no_transaction_is_a_change_all_the_same(clock: FakeClock) -> None:
    connection = Connection(clock)
    connection.arrives = [["9" * 5000, "", "x", "12"]]
    changes = listened(connection, clock)
    assert (changes.generation, changes.versions) == (5, frozenset({12}))


@pytest.fixture
def listening(clock: FakeClock) -> Changes:
    changes = Changes(clock)
    changes.begin("one", "10:10:", frozenset())
    changes.heard_until(clock.time)
    return changes


def test_an_answer_of_others_must_hold_every_change_that_was_heard(
    clock: FakeClock,
) -> None:
    connection = Connection(clock)
    connection.arrives = [["11"], ["12", "13"]]
    changes = listened(connection, clock)
    clock.advance(0.001)
    changes.heard_until(clock.time)
    assert changes.heard == Heard("one", "10:10:", frozenset((11, 12, 13)))


def test_and_what_was_changed_here(listening: Changes) -> None:
    listening.changed(11)
    assert listening.heard == Heard("one", "10:10:", frozenset((11,)))


def test_after_a_change_of_an_unknown_version_it_is_not_known_until_the_next_question(
    listening: Changes, clock: FakeClock
) -> None:
    listening.changed()
    assert listening.heard is None
    listening.heard_until(clock.time)  # it may have begun before
    assert listening.heard is None
    clock.advance(0.001)
    listening.heard_until(clock.time)
    assert listening.heard is not None


def test_nor_is_it_without_the_lease(listening: Changes, clock: FakeClock) -> None:
    clock.advance(LEASE)
    assert listening.heard is None


def test_many_changes_become_one_state_that_has_them_all(clock: FakeClock) -> None:
    connection = Connection(clock)
    connection.arrives = [[str(100 + each) for each in range(module._MOST_NAMED + 1)]]
    changes = listened(connection, clock)
    assert len(changes.versions) == module._MOST_NAMED + 1
    connection.over.clear()
    connection.arrives = [[], ["999"]]
    ChangesListener(changes, clock)._listen(connection, connection.over)  # type: ignore[arg-type]
    assert changes.versions == {999}


def test_what_nobody_takes_together_is_bounded(listening: Changes) -> None:
    for version in range(module._TOO_MANY + 1):
        listening.changed(version)
    assert listening.heard is None
    assert not listening.versions


def test_in_no_known_history_nothing_of_others_is_taken(listening: Changes) -> None:
    listening.begin("", "10:10:", frozenset())
    assert listening.heard is None
