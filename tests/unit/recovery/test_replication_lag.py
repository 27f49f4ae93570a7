from __future__ import annotations

from sre_console.recovery.replication import LagClock, ReplicaLag, Slot

SEGMENT = 16


def look(
    lags: LagClock, at: float, written: int, position: int | None, *, on: bool = True
) -> ReplicaLag:
    slots = [Slot("standby", on, position)]
    (found,) = lags.lags(slots, written=written, at=at, segment=SEGMENT)
    return found


def test_one_that_has_all_is_not_late() -> None:
    lags = LagClock()
    for at in range(0, 100, 5):
        assert look(lags, at, at * 10, at * 10) == ReplicaLag("standby", True, 0, 0)


def test_it_is_late_since_it_has_not_had_all() -> None:
    lags = LagClock()
    for at in range(0, 105, 5):
        found = look(lags, at, at * 10, min(at, 40) * 10)
    assert found.bytes == 600
    assert found.seconds == 100 - 45  # what was written by then it never got


def test_less_than_a_file_is_late_only_when_nobody_receives_it() -> None:
    lags = LagClock()
    look(lags, 0, 100, 100)
    look(lags, 60, 100 + SEGMENT - 1, 100)
    assert look(lags, 120, 100 + SEGMENT - 1, 100).seconds == 0
    assert look(lags, 120, 100 + SEGMENT - 1, 100, on=False).seconds == 60


def test_one_whose_log_is_gone_is_late_for_as_long_as_is_known() -> None:
    lags = LagClock()
    look(lags, 0, 100, 100)
    assert look(lags, 300, 200, None) == ReplicaLag("standby", True, None, 300)


def test_a_silent_primary_makes_nobody_late() -> None:
    lags = LagClock()
    look(lags, 0, 100, 100, on=False)
    assert look(lags, 9000, 100, 100, on=False).seconds == 0


def test_another_server_s_log_is_begun_anew() -> None:
    lags = LagClock()
    look(lags, 0, 1000, 900, on=False)
    assert look(lags, 60, 500, 400, on=False).seconds == 0
    assert look(lags, 70, 500, 400, on=False).seconds == 10


def test_two_that_look_at_once_do_not_disturb_each_other() -> None:
    lags = LagClock()
    look(lags, 0, 100, 90, on=False)
    look(lags, 30, 110, 90, on=False)
    assert look(lags, 29.9, 109, 90, on=False).seconds == 29.9


def test_what_is_remembered_is_bounded_at_some_hours() -> None:
    lags = LagClock()
    for at in range(0, 50_000, 5):
        found = look(lags, at, at + 1, 10_001, on=False)
    assert 2 * 3600 < found.seconds < 3 * 3600
