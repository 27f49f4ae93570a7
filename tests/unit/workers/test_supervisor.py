"""Processes are kept alive, replaced in turn, and leave as one."""

from __future__ import annotations

import signal

import pytest

from ironclad.workers.supervisor import REPLACED, HopelessError, Supervisor
from tests.clock import FakeClock

DEADLINE = 10.0


class FakeProcess:
    def __init__(self, slot: int, pid: int) -> None:
        self.slot = slot
        self.pid = pid
        self.code: int | None = None
        self.heard: list[int] = []

    def poll(self) -> int | None:
        return self.code

    def send_signal(self, sig: int, /) -> None:
        if self.code is not None:
            raise ProcessLookupError
        self.heard.append(sig)


class Machine:
    """A supervisor with processes that do what the test says."""

    def __init__(self, count: int = 2) -> None:
        self.clock = FakeClock()
        self.started: list[FakeProcess] = []
        self.missing: dict[int, str | None] = {}
        self.gone: list[int] = []
        self.full = False  # no process can be started
        self.supervisor = Supervisor(
            count,
            spawn=self._spawn,
            missing=lambda slot: self.missing.get(slot, ""),
            gone=self.gone.append,
            clock=self.clock,
            deadline=DEADLINE,
        )

    def _spawn(self, slot: int) -> FakeProcess:
        if self.full:
            raise BlockingIOError
        living = [p.slot for p in self.started if p.code is None]
        assert slot not in living, "two living processes in one slot"
        process = FakeProcess(slot, 100 + len(self.started))
        self.started.append(process)
        return process

    def end(self, place: int) -> None:
        """Of the process there, and the start of the next one."""
        current = self.supervisor.places[place].current
        assert current is not None
        assert isinstance(current.process, FakeProcess)
        current.process.code = 1
        self.tend()
        self.tend(1, 30.0)

    def tend(self, times: int = 1, step: float = 0.0) -> bool:
        goes_on = True
        for _ in range(times):
            self.clock.advance(step)
            goes_on = self.supervisor.tend()
        return goes_on

    @property
    def living(self) -> list[int]:
        return [p.slot for p in self.started if p.code is None]


@pytest.fixture
def machine() -> Machine:
    made = Machine()
    made.tend(3)
    assert made.living == [1, 2]
    return made


def test_the_others_start_once_the_first_has_answered() -> None:
    machine = Machine(3)
    machine.missing[1] = None
    machine.tend(5)
    assert machine.living == [1]
    machine.missing[1] = "the database is away"
    machine.tend(2)
    assert machine.living == [1, 2, 3]


def test_it_gives_up_when_the_first_ends_before_it_has_answered() -> None:
    machine = Machine()
    machine.missing[1] = None
    machine.tend()
    machine.started[0].code = 1
    with pytest.raises(HopelessError, match="process 1 ended with exit code 1"):
        machine.tend()


def test_one_that_dies_is_started_again_after_growing_pauses(machine: Machine) -> None:
    for pause in (0.5, 1.0, 2.0):
        machine.started[-1].code = -9
        machine.tend()
        machine.tend(1, pause - 0.01)
        assert machine.living == [1]
        machine.tend(1, 0.02)
        assert machine.living == [1, 2]
    assert machine.gone == [2, 2, 2]


def test_the_pauses_begin_anew_after_a_steady_life(machine: Machine) -> None:
    for steady in (0.0, 61.0):
        machine.tend(1, steady)
        machine.started[-1].code = 1
        machine.tend()
        machine.tend(1, 0.51)
        assert machine.living == [1, 2]


def test_one_that_ends_again_and_again_does_not_end_the_others(
    machine: Machine,
) -> None:
    for _ in range(20):
        machine.started[-1].code = 1
        machine.tend()
        machine.tend(1, 30.0)
    assert machine.living == [1, 2]


def test_it_gives_up_when_all_end_again_and_again(machine: Machine) -> None:
    for _ in range(4):
        for process in machine.started:
            process.code = 1
        machine.tend()
        machine.tend(1, 30.0)
    for process in machine.started:
        process.code = 1
    with pytest.raises(HopelessError):
        machine.tend()
    assert len(machine.started) == 2 * 5


def test_one_that_has_come_to_serve_outlives_one_that_does_not(
    machine: Machine,
) -> None:
    for place, times in ((0, 5), (1, 6)):
        for _ in range(times):
            machine.end(place)
    assert machine.living == [1, 2]


def test_where_no_process_can_be_started_the_others_serve_on(machine: Machine) -> None:
    machine.started[-1].code = -9
    machine.full = True
    machine.tend()
    machine.tend(3, 1.0)
    assert machine.living == [1]
    machine.full = False
    machine.tend(2, 30.0)
    assert machine.living == [1, 2]


def test_a_reload_is_given_up_where_no_process_can_be_started(machine: Machine) -> None:
    machine.full = True
    machine.supervisor.reload()
    machine.tend(2)
    machine.full = False
    machine.tend(2)
    assert machine.living == [1, 2]


def test_it_gives_up_where_not_even_the_first_can_be_started() -> None:
    machine = Machine()
    machine.full = True
    with pytest.raises(HopelessError, match="no process can be started"):
        machine.tend()


def test_a_stop_is_told_to_all_and_waits_for_all(machine: Machine) -> None:
    one, two = machine.started
    machine.supervisor.stop()
    assert [one.heard, two.heard] == [[signal.SIGTERM]] * 2
    one.code = 0
    assert machine.tend()
    two.code = 0
    assert not machine.tend()
    assert len(machine.started) == 2


def test_a_second_stop_is_passed_on(machine: Machine) -> None:
    machine.supervisor.stop()
    machine.started[0].code = 0
    machine.supervisor.stop()
    assert machine.started[1].heard == [signal.SIGTERM] * 2


def test_whoever_does_not_leave_in_time_is_killed(machine: Machine) -> None:
    machine.supervisor.stop()
    machine.tend(1, DEADLINE - 0.1)
    assert signal.SIGKILL not in machine.started[0].heard
    machine.tend(1, 0.2)
    assert machine.started[0].heard[-1] == signal.SIGKILL


def test_a_reload_lets_the_old_one_leave_when_the_new_one_is_ready(
    machine: Machine,
) -> None:
    one, two = machine.started
    machine.missing[3] = "background jobs are not running"
    machine.supervisor.reload()
    machine.tend(3)
    assert machine.living == [1, 2, 3]
    assert one.heard == []
    machine.missing[3] = ""
    machine.tend()
    assert (one.heard, two.heard) == ([REPLACED], [])


def test_a_reload_replaces_one_after_the_other(machine: Machine) -> None:
    one, two = machine.started
    machine.supervisor.reload()
    machine.tend(5)
    assert machine.living == [1, 2, 3], "the next waits until the old one has left"
    one.code = 0
    machine.tend(5)
    assert machine.living == [2, 3, 1]
    two.code = 0
    machine.tend(5)
    assert machine.living == [3, 1]


def test_a_reload_is_given_up_when_the_new_one_ends(machine: Machine) -> None:
    machine.missing[3] = None
    machine.supervisor.reload()
    machine.tend(2)
    machine.started[-1].code = 1
    machine.tend(3)
    assert machine.living == [1, 2]
    assert [p.heard for p in machine.started[:2]] == [[], []]


def test_a_reload_is_given_up_when_the_new_one_is_not_ready_in_time(
    machine: Machine,
) -> None:
    machine.missing[3] = "the database's tables have not been seen to fit yet"
    machine.supervisor.reload()
    machine.tend(2)
    machine.tend(1, 61.0)
    assert machine.started[-1].heard == [signal.SIGTERM]
    assert [p.heard for p in machine.started[:2]] == [[], []]


def test_one_that_dies_during_a_reload_is_replaced_by_the_new_one(
    machine: Machine,
) -> None:
    machine.missing[3] = None
    machine.supervisor.reload()
    machine.tend(2)
    machine.started[0].code = -9
    machine.tend()
    machine.missing[3] = ""
    machine.tend()
    assert machine.living == [2, 3]
    machine.tend(1, 5.0)
    machine.started[1].code = 0
    machine.tend(5)
    assert len(machine.living) == 2


def test_a_reload_during_a_reload_replaces_what_has_begun_before_it_too(
    machine: Machine,
) -> None:
    machine.missing[3] = None
    machine.supervisor.reload()
    machine.tend(2)
    early = machine.started[-1]
    machine.supervisor.reload()
    del machine.missing[3]
    for _ in range(3):
        machine.tend(3)
        for process in machine.started:
            if REPLACED in process.heard:
                process.code = 0
    machine.tend(3)
    assert early.heard == [REPLACED]
    assert len(machine.started) == 2 + 3
    assert len(machine.living) == 2


def test_a_reload_waits_until_the_settings_have_shown_to_be_good() -> None:
    machine = Machine()
    machine.missing[1] = None
    machine.supervisor.reload()
    machine.tend(3)
    assert machine.living == [1]
    del machine.missing[1]
    machine.tend(3)
    assert len(machine.living) == 3


def test_a_stop_during_a_reload_cuts_nobody_who_is_leaving(machine: Machine) -> None:
    one, two = machine.started
    machine.supervisor.reload()
    machine.tend(3)
    machine.supervisor.stop()
    # A second signal would end it at once, and whoever waits for an answer there goes without.
    assert one.heard == [REPLACED]
    assert two.heard == machine.started[-1].heard == [signal.SIGTERM]
    machine.supervisor.stop()
    assert one.heard == [REPLACED, signal.SIGTERM]


def test_a_stop_during_a_reload_ends_the_new_one_as_well(machine: Machine) -> None:
    machine.missing[3] = None
    machine.supervisor.reload()
    machine.tend(2)
    machine.supervisor.stop()
    assert [p.heard for p in machine.started] == [[signal.SIGTERM]] * 3
    machine.supervisor.reload()
    for process in machine.started:
        process.code = 0
    assert not machine.tend()
