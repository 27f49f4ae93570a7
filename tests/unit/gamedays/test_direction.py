from __future__ import annotations

import pytest

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.course.course import Ending
from sre_console.gamedays.course.direction import Direction, part_of
from sre_console.gamedays.course.seen import Answered
from sre_console.gamedays.scenarios.probes import BreakerProbe, HttpCall, HttpProbe
from sre_console.gamedays.scenarios.scenario import Check, Condition, Ramp, Step
from tests.unit.gamedays.stage import PAGE, QUIET, Stage, errors, scenario, text


def test_it_sets_each_steps_faults_in_turn_and_ends_them() -> None:
    stage = Stage(scenario(errors(0.01), errors(0.03, 20), errors(0.07)))
    stage.turns(60)
    assert stage.faults == [(0, 0.01), (10, 0.03), (30, 0.07), (40, 0)]
    assert stage.settled
    assert stage.course.step_states == {"0": "done", "1": "done", "2": "done"}


def test_turns_that_come_a_little_late_do_not_add_up() -> None:
    stage = Stage(scenario(errors(0.01), errors(0.03), errors(0.07)))
    for number in range(40):
        stage.sees(at=stage.first + number + 0.02 * (number % 7))
        stage.turn()
    assert [round(at) for at, _ in stage.faults] == [0, 10, 20, 30]


def test_durations_follow_the_scale_and_the_speed() -> None:
    stage = Stage(scenario(errors(0.01, 1200), errors(0.03, 1200)), scale=60, speed=2)
    stage.turns(30)
    assert [at for at, _ in stage.faults] == [0, 10, 20]


def test_on_the_wall_clock_the_scale_does_not_count() -> None:
    stage = Stage(scenario(errors(0.01), clock="wall"), scale=60)
    stage.turns(15)
    assert [at for at, _ in stage.faults] == [0, 10]


def test_a_check_that_must_always_hold_fails_at_the_first_look_that_denies_it() -> None:
    check = Check("0.0", text("quiet"), "always", QUIET)
    stage = Stage(scenario(errors(0.07, 10, check)))
    stage.turns(5)
    assert stage.state("0.0") == "watching"
    stage.alert("firing")
    stage.turns(1)
    assert stage.state("0.0") == "failed"
    stage.alert("inactive")
    stage.turns(10)
    assert stage.state("0.0") == "failed"


def test_a_check_that_always_held_passes_as_its_step_ends() -> None:
    check = Check("0.0", text("quiet"), "always", QUIET)
    stage = Stage(scenario(errors(0.01, 10, check)))
    stage.turns(10)
    assert stage.state("0.0") == "watching"
    stage.turns(1)
    assert stage.state("0.0") == "passed"


@pytest.mark.parametrize(("fires", "state"), [(5, "passed"), (8, "failed")])
def test_a_check_with_a_deadline_passes_only_within_it(fires: int, state: str) -> None:
    check = Check("0.0", text("page"), "eventually", PAGE, within=5)
    stage = Stage(scenario(errors(0.07, 20, check)))
    stage.turns(fires)
    stage.alert("firing")
    stage.turns(3)
    assert stage.state("0.0") == state


def test_what_never_comes_true_fails_as_the_step_ends() -> None:
    check = Check("0.0", text("page"), "eventually", PAGE)
    stage = Stage(scenario(errors(0.07, 5, check)))
    stage.turns(6)
    assert stage.state("0.0") == "failed"


def test_a_request_at_a_steps_end_is_waited_for() -> None:
    call = HttpProbe(HttpCall("/health"))
    check = Check("0.0", text("healthy"), "atEnd", call)
    stage = Stage(scenario(errors(0.07, 5, check)))
    stage.turns(7)
    assert stage.asked[-1] == "0.0"
    assert stage.state("0.0") == "watching"
    stage.sees(http={"0.0": Answered(right=True, said="200 in 3 ms")})
    stage.turns(1)
    assert stage.state("0.0") == "passed"


def test_a_request_without_an_answer_fails_its_check_in_the_end() -> None:
    call = HttpProbe(HttpCall("/health", timeout=3))
    check = Check("0.0", text("healthy"), "atEnd", call)
    stage = Stage(scenario(errors(0.07, 5, check)))
    stage.turns(15)
    assert stage.state("0.0") == "failed"


def wait(**more: object) -> Step:
    probe = BreakerProbe("database", "open")
    return Step(text("opens"), wait=probe, within=10, **more)  # type: ignore[arg-type]


def test_a_wait_goes_on_once_it_is_true() -> None:
    stage = Stage(scenario(wait(), errors(0.01)))
    stage.turns(4)
    assert stage.faults == []
    stage.sees(breakers={"database": ("open",)})
    stage.turns(1)
    assert stage.faults == [(4, 0.01)]
    assert stage.state("0.wait") == "passed"


def test_a_wait_that_is_in_vain_ends_the_run() -> None:
    stage = Stage(scenario(wait(), errors(0.01)))
    stage.turns(20)
    assert stage.course.ending == Ending("wait", "opens")
    assert stage.faults == [(11, 0)]
    assert stage.course.step_states["0"] == "failed"


def test_a_wait_that_is_in_vain_may_be_passed_over() -> None:
    stage = Stage(scenario(wait(or_else="go-on"), errors(0.01)))
    stage.turns(20)
    assert stage.course.ending is None
    assert stage.faults == [(11, 0.01)]
    assert stage.state("0.wait") == "failed"


def test_an_action_that_goes_wrong_is_a_check_that_failed() -> None:
    call = HttpCall("/api/users", method="POST", statuses=(201,))
    stage = Stage(scenario(Step(text("create"), action=call), errors(0.01)))
    stage.turns(2)
    assert stage.asked == ["action.0"]
    stage.sees(http={"action.0": Answered(right=False, said="500 in 3 ms")})
    stage.turns(1)
    assert stage.state("0.action") == "failed"
    assert stage.faults == [(2, 0.01)]


def test_a_stop_condition_ends_the_run_and_its_faults() -> None:
    met = Condition(text("paged"), PAGE)
    stage = Stage(scenario(errors(0.07, 60), stop_when=(met,)))
    stage.turns(5)
    stage.alert("firing")
    stage.turns(3)
    assert stage.course.ending == Ending("condition", "paged")
    assert stage.faults == [(0, 0.07), (5, 0)]


def test_without_a_steady_state_no_fault_is_set() -> None:
    steady = Condition(text("quiet"), QUIET)
    stage = Stage(scenario(errors(0.07), steady_state=(steady,)))
    stage.alert("firing")
    stage.turns(3)
    assert stage.course.ending == Ending("steady-state", "quiet")
    assert stage.faults == [(0, 0)]
    assert stage.state("steadyState.0") == "failed"


def test_the_steady_state_is_looked_at_again_after_the_steps() -> None:
    steady = Condition(text("quiet"), QUIET)
    stage = Stage(scenario(errors(0.07), steady_state=(steady,)))
    stage.turns(5)
    stage.alert("firing")
    stage.turns(10)
    assert stage.state("steadyState.0") == "passed"
    assert stage.state("after.0") == "failed"
    assert stage.settled


def test_rollbacks_run_whatever_ended_it() -> None:
    undo = Step(text("undo"), action=HttpCall("/api/users/1", method="DELETE"))
    stage = Stage(scenario(errors(0.07, 60), rollbacks=(undo, undo)))
    stage.turns(5)
    direction = Direction(stage.scenario, stage.course, stage.seen, scale=1, speed=1)
    direction.end(Ending("guardrail:alert", "X fires"))
    stage.turns(1)
    stage.sees(http={"rollback.0": Answered(right=False, said="no answer")})
    stage.turns(1)
    stage.sees(http={"rollback.1": Answered(right=True, said="204 in 3 ms")})
    stage.turns(3)
    assert stage.asked == ["rollback.0", "rollback.1"]
    assert stage.told.count("rolled_back") == 2
    assert stage.settled


def test_a_stop_while_they_run_does_not_run_them_again() -> None:
    undo = Step(text("undo"), action=HttpCall("/api/users/1", method="DELETE"))
    stage = Stage(scenario(errors(0.07, 2), rollbacks=(undo, undo)))
    stage.turns(4)
    stage.sees(http={"rollback.0": Answered(right=True, said="204 in 3 ms")})
    stage.turns(1)
    direction = Direction(stage.scenario, stage.course, stage.seen, scale=1, speed=1)
    direction.end(Ending("operator", "enough"))
    stage.sees(http={"rollback.1": Answered(right=True, said="204 in 3 ms")})
    stage.turns(3)
    assert stage.asked == ["rollback.0", "rollback.1"]
    assert stage.settled


def test_checks_that_were_not_reached_are_told_apart_from_failed_ones() -> None:
    one = Check("0.0", text("quiet"), "always", QUIET)
    two = Check("1.0", text("quiet"), "always", QUIET)
    stage = Stage(scenario(errors(0.07, 60, one), errors(0.07, 60, two)))
    stage.turns(5)
    direction = Direction(stage.scenario, stage.course, stage.seen, scale=1, speed=1)
    direction.end(Ending("operator", "", "olga"))
    assert [stage.state("0.0"), stage.state("1.0")] == ["not_reached", "not_reached"]


def test_a_ramp_rises_in_equal_parts() -> None:
    ramp = Ramp(FaultSpec(error_rate=0.01), FaultSpec(error_rate=0.07), 4)
    stage = Stage(scenario(Step(text("ramp"), 20, ramp=ramp)))
    stage.turns(25)
    assert [(at, round(rate, 6)) for at, rate in stage.faults] == [
        (0, 0.01), (5, 0.03), (10, 0.05), (15, 0.07), (20, 0),
    ]  # fmt: skip


def test_whole_numbers_stay_whole_on_a_ramp() -> None:
    ramp = Ramp(FaultSpec(latency_ms=100), FaultSpec(latency_ms=200), 4)
    assert [part_of(ramp, part).latency_ms for part in range(4)] == [100, 133, 167, 200]


def test_it_waits_for_the_last_second_to_be_counted() -> None:
    stage = Stage(scenario(errors(0.07, 5)))
    for _ in range(8):
        stage.turn()
        stage.sees(at=stage.seen.at + 1)  # no second is counted any more
    assert not stage.settled
    stage.sees(newest=int(stage.seen.at))
    stage.turn()
    assert stage.settled


def test_a_step_too_short_for_a_look_is_looked_at_as_it_ends() -> None:
    call = HttpProbe(HttpCall("/livez"))
    check = Check("0.0", text("lives"), "always", call)
    stage = Stage(scenario(Step(text("now"), checks=(check,)), errors(0.01)))
    stage.turns(2)
    assert stage.faults == []
    stage.sees(http={"0.0": Answered(right=True, said="200 in 1 ms")})
    stage.turns(1)
    assert stage.state("0.0") == "passed"
    assert stage.faults == [(2, 0.01)]
