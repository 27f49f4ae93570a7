from __future__ import annotations

from sre_console.chaos.allowance import Allowance, allowance_read, dealt

KEY = "game-day-7"
ALIVE = ["a", "b", "c"]


def caps(allowance: Allowance, slo: str = "availability") -> list[int]:
    return [shares[slo] for shares in allowance.shares.values()]


def test_the_limit_is_dealt_evenly_and_the_first_ones_get_the_remainder() -> None:
    allowance = dealt(KEY, {"availability": 108, "latency": 5}, {}, ALIVE)
    assert caps(allowance) == [36, 36, 36]
    assert caps(allowance, "latency") == [2, 2, 1]
    assert list(allowance.shares) == ALIVE


def test_a_limit_smaller_than_the_fleet_is_never_exceeded() -> None:
    assert caps(dealt(KEY, {"availability": 2}, {}, ALIVE)) == [1, 1, 0]


def test_what_was_spent_counts_on_in_the_cap() -> None:
    spent = {"a": {"availability": 30}, "b": {"availability": 3}}
    allowance = dealt(KEY, {"availability": 108}, spent, ALIVE)
    assert caps(allowance) == [30 + 25, 3 + 25, 25]
    assert sum(caps(allowance)) == 108


def test_what_a_replica_that_is_gone_has_spent_stays_spent() -> None:
    spent = {"gone": {"availability": 100}}
    assert caps(dealt(KEY, {"availability": 108}, spent, ["a", "b"])) == [4, 4]


def test_an_overspent_limit_leaves_nothing() -> None:
    spent = {"gone": {"availability": 110}, "a": {"availability": 3}}
    allowance = dealt(KEY, {"availability": 108}, spent, ["a", "b"])
    assert caps(allowance) == [3, 0]
    assert allowance.spent_out("a", spent["a"])


def test_with_nobody_there_nobody_has_a_share() -> None:
    assert dealt(KEY, {"availability": 108}, {}, []).shares == {}


def test_one_slo_that_is_used_up_is_enough() -> None:
    allowance = dealt(KEY, {"availability": 3, "latency": 9}, {}, ["a"])
    assert not allowance.spent_out("a", {"availability": 2, "latency": 8})
    assert allowance.spent_out("a", {"availability": 3})
    assert not allowance.spent_out("a", {"error-rate": 1000})  # has no limit


def test_a_replica_that_came_later_may_spend_nothing() -> None:
    assert dealt(KEY, {"availability": 3}, {}, ["a"]).spent_out("b", {})


def test_what_is_stored_is_what_is_read() -> None:
    allowance = dealt(KEY, {"availability": 108}, {}, ALIVE)
    assert allowance_read(allowance.json()) == allowance
    assert allowance_read({}) is None
