"""Two runs side by side: matched checks, differences, and whether one repeats the other."""

from __future__ import annotations

from typing import Any

import pytest

from sre_console.gamedays.report.comparing import Judged, Side, compared


def side(**fields: Any) -> Side:
    outcome: dict[str, Any] = {
        "seconds": 180.0, "rate": 50.0, "totalEvents": 9000, "badEvents": 210,
        "budgetSpentRatio": 0.0972, "ttd": 29.5,
        "bySlo": {"availability": {"badEvents": 210, "exerciseBad": 210}},
    }  # fmt: skip
    outcome |= fields.pop("outcome", {})
    given: dict[str, Any] = {
        "id": 1, "scenario": "one", "digest": "d", "seed": 7, "speed": 1.0, "scale": 60.0,
        "state": "finished", "verdict": "passed", "score": 1.0, "checks": [],
    }  # fmt: skip
    return Side(outcome=outcome, **(given | fields))


def told(a: Side, b: Side) -> Any:
    return compared(a, b)


def test_the_same_twice_is_the_same() -> None:
    found = told(side(), side(id=2))
    assert all(found["same"].values())
    assert found["countsAgree"] is True


@pytest.mark.parametrize(
    ("total", "bad", "agree"),
    [
        (9090, 212, True), (9091, 212, False), (9000, 213, False),
    ],
)  # fmt: skip
def test_counts_agree_within_one_percent(total: int, bad: int, agree: bool) -> None:
    slo = {"availability": {"badEvents": bad, "exerciseBad": bad}}
    other = side(outcome={"totalEvents": total, "badEvents": bad, "bySlo": slo})
    assert told(side(), other)["countsAgree"] is agree


def test_one_event_of_a_few_is_no_difference() -> None:
    few, more = (
        side(outcome={"bySlo": {"availability": {"badEvents": n}}}) for n in (10, 11)
    )
    assert told(few, more)["countsAgree"] is True


def test_without_counts_nothing_is_said_of_them() -> None:
    empty: dict[str, Any] = {"totalEvents": None, "bySlo": {}}
    assert told(side(outcome=empty), side(outcome=empty))["countsAgree"] is None


def test_another_seed_or_rate_is_told() -> None:
    found = told(side(), side(seed=8, outcome={"rate": 47.0}))
    assert found["same"]["seed"] is False
    assert found["same"]["traffic"] is False


def test_a_difference_is_of_the_second_run() -> None:
    figures = {
        each["name"]: each
        for each in told(side(), side(outcome={"ttd": 59.0, "ttr": 1.0}))["figures"]
    }
    assert (figures["ttd"]["difference"], figures["ttd"]["ratio"]) == (29.5, 1.0)
    assert figures["ttr"]["difference"] is None


def test_checks_are_matched_by_title_where_their_ids_moved() -> None:
    a = [Judged("0.1", "Quiet", "passed"), Judged("1.1", "Page", "passed")]
    b = [Judged("0.1", "New", "failed"), Judged("1.1", "Quiet", "failed"),
         Judged("2.1", "Page", "passed")]  # fmt: skip
    pairs = told(side(checks=a), side(checks=b))["checks"]
    assert [(each["title"], each["same"]) for each in pairs] == [
        ("Quiet", False), ("Page", True), ("New", False),
    ]  # fmt: skip
    assert pairs[2]["a"] is None


def test_two_checks_of_one_title_keep_their_ids() -> None:
    both = [Judged("0.1", "Quiet", "passed"), Judged("1.1", "Quiet", "failed")]
    pairs = told(side(checks=both), side(checks=both[::-1]))["checks"]
    assert [each["same"] for each in pairs] == [True, True]
