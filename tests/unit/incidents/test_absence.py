from __future__ import annotations

from datetime import timedelta

import pytest

from sre_console.incidents.absence import DATABASE, EVALUATOR, Told, told
from sre_console.incidents.rules import AlertRule, Catalogue, Limit

LOST = 1000.0


def rule(
    signal: str, threshold: float, *, hold: float = 0, name: str = "Down"
) -> AlertRule:
    return AlertRule(
        name, None, "critical", "users", Limit(signal, "above", threshold), "", "", "",
        hold=timedelta(seconds=hold),
    )  # fmt: skip


def stands(
    after: float, *rules: AlertRule, since: dict[str, float | None] | None = None
) -> list[Told]:
    """`after` seconds since the last was heard of the database, if nothing else is said."""
    catalogue = Catalogue(rules, 10, timedelta(), timedelta())
    return told(catalogue, since or {DATABASE: LOST}, now=LOST + after, scale=60)


def test_it_is_pending_from_the_first_second_and_fires_above_its_threshold() -> None:
    seen = [stands(after, rule(DATABASE, 5))[0].alert for after in (0.3, 4.9, 5.1)]
    assert [each.state for each in seen] == ["pending", "pending", "firing"]
    assert [each.since for each in seen] == [LOST, LOST, LOST + 5]
    assert seen[2].fired_at == LOST + 5


def test_its_value_is_how_long_it_has_lasted() -> None:
    assert stands(7.5, rule(DATABASE, 5))[0].value == 7.5


@pytest.mark.parametrize(("after", "state"), [(9.9, "pending"), (10.1, "firing")])
def test_it_fires_when_its_duration_has_passed_on_the_scaled_clock(
    after: float, state: str
) -> None:
    (one,) = stands(after, rule(DATABASE, 5, hold=300))
    assert one.alert.state == state


def test_when_it_fired_does_not_move_while_it_lasts() -> None:
    moments = {
        stands(after, rule(DATABASE, 5))[0].alert.fired_at for after in (6, 60, 600)
    }
    assert moments == {LOST + 5}


def test_while_all_is_well_nothing_is_told() -> None:
    assert stands(600, rule(DATABASE, 5), since={DATABASE: None}) == []
    assert stands(0, rule(DATABASE, 5)) == []


@pytest.mark.parametrize(
    ("after", "states"), [(1.3, []), (5.1, ["pending"]), (15.1, ["firing"])]
)
def test_nobody_is_absent_while_another_leader_may_take_over(
    after: float, states: list[str]
) -> None:
    found = stands(after, rule(EVALUATOR, 15), since={EVALUATOR: LOST})
    assert [one.alert.state for one in found] == states


def test_each_rule_of_the_signal_is_told_and_no_other() -> None:
    rules = (
        rule(DATABASE, 5), rule(DATABASE, 60, name="Gone"), rule(EVALUATOR, 15),
        rule("faultSeconds", 5),
    )  # fmt: skip
    found = stands(10, *rules)
    assert [(one.rule.name, one.alert.state) for one in found] == [
        ("Down", "firing"),
        ("Gone", "pending"),
    ]
