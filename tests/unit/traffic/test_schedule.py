from __future__ import annotations

from sre_console.traffic.schedule import TOLERANCE, Due, Schedule


def test_slots_are_evenly_paced() -> None:
    schedule = Schedule(100.0, 50)
    assert schedule.take(100.0) == Due(0, 0)
    assert schedule.take(100.0201) == Due(1, 0)
    assert schedule.take(100.0202) == Due(0, 0)


def test_it_keeps_the_rate_however_late_it_is_asked() -> None:
    schedule = Schedule(0.0, 50)
    steps = (n * 0.013 for n in range(1, 1001))
    assert sum(schedule.take(now).send for now in steps) == int(13.0 * 50)


def test_a_short_stall_is_caught_up() -> None:
    schedule = Schedule(0.0, 50)
    schedule.take(1.0)
    assert schedule.take(1.0 + TOLERANCE - 0.05) == Due(10, 0)


def test_a_long_stall_is_missed_and_counted_not_sent_in_a_burst() -> None:
    schedule = Schedule(0.0, 50)
    schedule.take(1.001)
    due = schedule.take(11.001)
    assert due.send + due.missed == 500
    assert due.send <= TOLERANCE * 50 + 1


def test_after_a_stall_it_goes_on_as_if_nothing_had_been() -> None:
    schedule = Schedule(0.0, 50)
    schedule.take(11.001)
    assert schedule.take(11.021) == Due(1, 0)
    assert schedule.take(11.041) == Due(1, 0)


def test_a_new_rate_causes_no_burst() -> None:
    schedule = Schedule(0.0, 1)
    schedule.set_rate(80, 10.0)
    assert schedule.take(10.0) == Due(0, 0)
    assert schedule.take(10.0126) == Due(1, 0)


def test_the_same_rate_again_does_not_move_the_timetable() -> None:
    schedule = Schedule(0.0, 1)
    schedule.set_rate(1, 0.9)
    assert schedule.take(1.0) == Due(1, 0)


def test_rate_zero_sends_nothing() -> None:
    schedule = Schedule(0.0, 50)
    schedule.set_rate(0, 1.0)
    assert schedule.take(100.0) == Due(0, 0)
    assert schedule.wait(100.0, most=1.0) == 1.0


def test_it_waits_for_the_next_slot_and_no_longer() -> None:
    schedule = Schedule(0.0, 50)
    assert abs(schedule.wait(0.005, most=1.0) - 0.015) < 1e-9
    assert schedule.wait(0.5, most=1.0) == 0.0
