"""Which faults a scenario has in force when, and how long its steps wait."""

from __future__ import annotations

from functools import partial

import pytest

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.forecast.counting import Stage
from sre_console.gamedays.forecast.effect import Defences, effect_of
from sre_console.gamedays.forecast.staging import Setting, Staging
from sre_console.gamedays.scenarios.probes import (
    AlertProbe,
    BreakerProbe,
    HttpCall,
    HttpProbe,
    Probe,
    SloProbe,
    StatusProbe,
)
from sre_console.gamedays.scenarios.scenario import Ramp, Scenario, Step
from tests.unit.gamedays.foretold import CATALOGUE, FULL, OBJECTIVES, RATE, K

ON = Defences(
    slots=32, queue_wait=1, attempts=3, retry_base=1, retry_budget=0.1,
    breaker_failures=5, breaker_open=30,
)  # fmt: skip
TITLE = {"en": ""}
SEVEN = FaultSpec(error_rate=0.07)
DOWN = FaultSpec(dependency_error_rate=1)
PAGE = AlertProbe("ErrorBudgetBurn1h", "firing", "availability")


def staged(*steps: Step, clock: str = "wall", speed: float = 1) -> list[Stage]:
    effect = partial(effect_of, objectives=OBJECTIVES, defences=ON)
    setting = Setting(
        history=FULL,
        rate=RATE,
        objectives=OBJECTIVES,
        catalogue=CATALOGUE,
        scale=K,
        speed=speed,
        defences=ON,
        effect=effect,
        refused=effect(DOWN),
    )
    scenario = Scenario("a", TITLE, TITLE, steps, clock=clock)  # type: ignore[arg-type]
    return Staging(scenario, setting).stages()


def fault(spec: FaultSpec, seconds: float) -> Step:
    return Step(TITLE, seconds, fault=spec)


def hold(seconds: float) -> Step:
    return Step(TITLE, seconds)


def wait(probe: Probe, within: float) -> Step:
    return Step(TITLE, wait=probe, within=within)


def spans(stages: list[Stage]) -> list[tuple[int, float, float]]:
    return [(stage.index, stage.begins, stage.ends) for stage in stages]


def test_a_fault_is_in_force_until_another_plan_is() -> None:
    found = staged(fault(SEVEN, 10), hold(5), fault(FaultSpec(), 20))
    assert spans(found) == [(0, 0, 10), (1, 10, 15), (2, 15, 35)]
    assert [stage.bad["availability"] for stage in found] == [0.07, 0.07, 0]
    assert [stage.paced_since for stage in found] == [0, 0, 15]
    assert [stage.faulty for stage in found] == [True, True, False]


def test_a_ramp_is_a_stage_for_each_of_its_parts() -> None:
    ramp = Ramp(FaultSpec(error_rate=0.01), FaultSpec(error_rate=0.03), 3)
    found = staged(Step(TITLE, 30, ramp=ramp), hold(1))
    assert spans(found) == [(0, 0, 10), (0, 10, 20), (0, 20, 30), (1, 30, 31)]
    bad = [stage.bad["availability"] for stage in found]
    assert bad == pytest.approx([0.01, 0.02, 0.03, 0.03])


def test_durations_follow_the_clock_of_the_scenario_and_the_speed() -> None:
    assert staged(hold(3600), clock="slo")[-1].ends == 60
    assert staged(hold(3600), clock="slo", speed=2)[-1].ends == 30
    assert staged(hold(3600))[-1].ends == 3600


def test_steps_that_take_no_time_have_a_place_as_well() -> None:
    assert spans(staged(hold(0), hold(5))) == [(0, 0, 0), (1, 0, 5)]


def test_an_action_is_answered_at_the_next_turn() -> None:
    call = Step(TITLE, action=HttpCall("/api/users", method="POST"))
    assert spans(staged(call)) == [(0, 0, 1)]


@pytest.mark.parametrize(
    ("probe", "after"),
    [
        (PAGE, 14),  # due at 12.58, judged and seen with the next turns
        (AlertProbe("ErrorBudgetBurn1d", "firing", "error-rate"), 100),  # never
        (AlertProbe("ErrorBudgetBurn1h", "quiet"), 1),  # it has not fired yet
        (SloProbe("availability", "badEvents", "above", 34.5), 11),
        (SloProbe("availability", "budgetSpent", "above", 0.0161), 11),
        (SloProbe("availability", "badRatio", "above", 0.05), 2),
        (SloProbe("availability", "burn", "above", 14.4, window="1h"), 14),
        (SloProbe("availability", "budgetRemaining", "below", 0.9), 63),
        (StatusProbe("availability", ("burning",)), 2),
        (HttpProbe(HttpCall("/health")), 100),  # not foretold
    ],
    ids=str,
)
def test_a_step_waits_until_its_probe_is_foretold_to_hold(
    probe: Probe, after: float
) -> None:
    found = staged(Step(TITLE, 5, fault=SEVEN, wait=probe, within=100))
    assert found[0].ends == pytest.approx(after, abs=1)
    assert found[-1].ends == found[0].ends + 5


def test_what_a_step_counts_begins_with_it() -> None:
    probe = SloProbe("availability", "badEvents", "above", 34.5, since="step")
    found = staged(fault(SEVEN, 20), wait(probe, 100))
    assert found[1].ends == pytest.approx(31, abs=1)


def test_an_alert_that_clears_is_waited_for() -> None:
    quiet = AlertProbe("ErrorBudgetBurn1h", "quiet", "availability")
    found = staged(fault(SEVEN, 60), fault(FaultSpec(), 0), wait(quiet, 100))
    assert found[-1].ends == pytest.approx(66)  # 4.16 s and two turns


def test_a_breaker_opens_with_the_first_failures_and_closes_at_a_trial() -> None:
    opened = wait(BreakerProbe("database", "open"), 60)
    closed = wait(BreakerProbe("database", "closed"), 60)
    found = staged(fault(DOWN, 0), opened, hold(20), fault(FaultSpec(), 0), closed)
    assert found[1].ends == pytest.approx(1)
    # 30 s after it opened, ten after the database is back
    ends = found[-1].ends
    assert ends == pytest.approx(31, abs=1)
    refused = [s for s in found if s.breaker and s.ends > 22]
    assert refused[0].bad["availability"] == 1
    assert not refused[0].faulty
    assert refused[0].ends == pytest.approx(30.1)
    assert not found[-1].breaker


def test_a_breaker_that_stays_open_tries_each_time_anew() -> None:
    found = staged(fault(DOWN, 40), fault(FaultSpec(), 60), hold(10))
    assert found[1].breaker
    assert found[1].ends == pytest.approx(60.1)
    assert spans(found)[2:] == [(1, found[1].ends, 100), (2, 100, 110)]
    assert not found[-1].breaker


def test_while_it_is_open_kept_lists_are_answered() -> None:
    kept = Defences(**{**_fields(ON), "kept": 0.32})  # type: ignore[arg-type]
    found = effect_of(DOWN, OBJECTIVES, defences=kept)
    assert found.bad["availability"] == pytest.approx(0.68)


def _fields(defences: Defences) -> dict[str, object]:
    return {name: getattr(defences, name) for name in Defences.__slots__}
