"""TTD, TTM and TTR of a run, counted from the step whose faults were noticed."""

from __future__ import annotations

import pytest

from sre_console.gamedays.outcome.timing import (
    Began,
    Fired,
    Injected,
    Opened,
    Times,
    step_at,
    times,
)

ONE, THREE = Injected(0, 0), Injected(60, 1, ended=120)
PAGE = Fired(89.3, "page", expected=True, ended=122.6)


def test_it_counts_from_the_step_that_was_noticed() -> None:
    found = times([ONE, THREE], [PAGE], [])
    assert found.detect == pytest.approx(29.3)
    assert found.mitigate == 60
    assert found.resolve == pytest.approx(62.6)


def test_a_ramp_counts_from_its_first_part() -> None:
    parts = [ONE, Injected(60, 1), Injected(80, 1), Injected(100, 1, ended=120)]
    assert times(parts, [PAGE], []).detect == pytest.approx(29.3)


def test_an_incident_may_tell_before_the_page() -> None:
    found = times([ONE, THREE], [PAGE], [Opened(68.7, mitigated=100)])
    assert found.detect == pytest.approx(8.7)
    assert found.mitigate == 40  # before the fault's own end


@pytest.mark.parametrize("severity", ["ticket", "warning"])
def test_what_wakes_nobody_detects_nothing(severity: str) -> None:
    assert times([ONE], [Fired(10, severity, expected=True)], []) == Times()


def test_an_alert_that_nobody_expected_detects_nothing() -> None:
    assert times([ONE], [Fired(10, "page", expected=False)], []) == Times()


def test_while_an_expected_alert_fires_it_is_not_over() -> None:
    both = [PAGE, Fired(110, "page", expected=True)]
    assert times([ONE, THREE], both, []).resolve is None


def test_a_ticket_that_lags_does_not_hold_it_up() -> None:
    both = [PAGE, Fired(110, "ticket", expected=True)]
    assert times([ONE, THREE], both, []).resolve == pytest.approx(62.6)


def test_of_tickets_alone_the_last_one_counts() -> None:
    tickets = [Fired(80, "ticket", expected=True, ended=ended) for ended in (130, 140)]
    found = times([ONE, THREE], tickets, [Opened(90)])
    assert found.resolve == 80


def test_what_fired_before_any_fault_is_not_its_doing() -> None:
    assert times([THREE], [Fired(10, "page", expected=True)], []) == Times()


def test_a_fault_that_ended_before_it_was_noticed_mitigated_nothing() -> None:
    first = Injected(0, 0, ended=30)
    assert times([first, THREE], [PAGE], []).mitigate == 60


@pytest.mark.parametrize(("at", "step"), [(59, 0), (60, 1), (119, 1), (-1, None)])
def test_each_moment_has_its_step(at: float, step: int | None) -> None:
    found = step_at([Began(0, 0, 60), Began(1, 60, 120)], at)
    assert (None if found is None else found.step) == step


def test_a_step_that_lasted_no_time_gives_way_to_the_next() -> None:
    found = step_at([Began(0, 5, 5), Began(1, 5, 60)], 6)
    assert found is not None
    assert found.step == 1


def test_after_the_last_step_there_is_none() -> None:
    assert step_at([Began(0, 0, 60)], 60) is None
