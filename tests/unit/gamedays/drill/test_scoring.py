from __future__ import annotations

import pytest

from sre_console.gamedays.drill.pick import Diagnosis
from sre_console.gamedays.drill.scoring import Judgement, judged, points

TRUTH = Diagnosis("errors", "high", "POST")
RIGHT = judged(TRUTH, TRUTH)
WRONG = judged(Diagnosis("latency", "high", "all"), TRUTH)


def test_a_diagnosis_is_judged_part_by_part() -> None:
    assert Judgement(what=True, amount=True, which=True) == RIGHT
    assert judged(Diagnosis("errors", "low", "POST"), TRUTH) == Judgement(
        what=True, amount=False, which=True
    )


def test_errors_on_all_and_on_a_share_are_the_same() -> None:
    truth = Diagnosis("errors", "high", "all")
    assert judged(Diagnosis("errors", "high", "some"), truth).which
    slow = Diagnosis("latency", "high", "all")
    assert not judged(Diagnosis("latency", "high", "some"), slow).which


def test_an_amount_of_another_kind_is_not_right_by_chance() -> None:
    assert Judgement(what=False, amount=False, which=False) == WRONG


def test_how_much_need_not_be_known_to_roll_back() -> None:
    assert judged(Diagnosis("errors", "low", "POST"), TRUTH).right
    assert not judged(Diagnosis("errors", "high", "all"), TRUTH).right


def test_at_once_and_for_nothing_is_all_there_is() -> None:
    assert points([RIGHT], seconds=0, limit=300, spent=0).total == pytest.approx(1)


@pytest.mark.parametrize(
    ("seconds", "spent", "total"),
    [(150, 0.0, 0.9), (300, 0.0, 0.8), (0, 0.125, 0.9), (0, 3.0, 0.8), (300, 1, 0.6)],
)
def test_time_and_budget_cost(seconds: float, spent: float, total: float) -> None:
    found = points([RIGHT], seconds=seconds, limit=300, spent=spent)
    assert found.total == pytest.approx(total)


def test_each_wrong_one_before_costs() -> None:
    found = points([WRONG, WRONG, RIGHT], seconds=0, limit=300, spent=0)
    assert found.total == pytest.approx(0.8)


def test_nobody_is_quick_who_has_not_found_it() -> None:
    half = judged(Diagnosis("errors", "high", "all"), TRUTH)
    found = points([half], seconds=1, limit=300, spent=0)
    assert (found.soon, found.cheap) == (0, 0)
    assert found.total == pytest.approx(0.45)


def test_it_never_falls_below_nothing() -> None:
    assert points([WRONG] * 9, seconds=9, limit=300, spent=0).total == 0
    assert points([], seconds=9, limit=300, spent=0).total == 0
